import { lstat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readVerdict } from "../config/agentResult.ts";
import type { AuditSample } from "../domain/auditMeasure/auditSample.ts";
import type { AttemptId, Sha, TreeId } from "../domain/ids.ts";
import type { Candidate, Phase } from "../domain/phase.ts";
import { isLanded } from "../domain/phase.ts";
import { agentOf, limitsOf, strategyOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import type { AgentSettings, Settings } from "../domain/settings.ts";
import type { Mutation } from "../gates/mutations/mutation.ts";
import { mutationsOf } from "../gates/mutations/mutationsOf.ts";
import type { ModelMeter } from "../ports/gateway.ts";
import { auditorInstructions } from "../prompts/auditorInstructions.ts";
import { phaseContext } from "../prompts/phaseContext.ts";
import { agentCheckout } from "./agentCheckout.ts";
import { usageOf } from "./agentFailure.ts";
import type { JobDeps } from "./handler.ts";
import { placeCandidate } from "./placeCandidate.ts";

type Deps = Pick<JobDeps, "git" | "artifacts" | "agent">;

/** The longest diff that is put into an Auditor's instructions, as for a real audit. */
const MAX_DIFF_BYTES = 200_000;
const MAX_READ_BYTES = 2_000_000;

/** A diff that landed and was promoted, and so is taken for good, with the defects that can be put into it. */
export interface GoodDiff {
  readonly run: Run;
  readonly phase: Phase;
  readonly settings: Settings;
  readonly auditor: AgentSettings;
  readonly base: Sha;
  readonly tree: TreeId;
  readonly mutations: readonly Mutation[];
}

/**
 * The landed phases of a run that an Auditor can be measured with. Reads git; starts nothing. Without a name, it is the Auditor
 * that each phase would have. Nobody outside is asked: there is no attempt that they could answer for.
 */
export async function goodDiffsOf(run: Run, agent: string | null, deps: JobDeps): Promise<readonly GoodDiff[]> {
  const { settings } = run;
  if (settings === null) return [];
  const found: GoodDiff[] = [];
  for (const phase of run.phases) {
    const auditor = agent === null ? agentOf(run, phase, "auditor") : agentNamed(settings, agent);
    const { candidate } = phase;
    if (auditor === null || auditor.backend === "external") continue;
    if (candidate === null || candidate.isWhole === true || !isLanded(phase)) continue;
    const diff = await goodDiff({ run, phase, settings, auditor }, candidate, deps);
    if (diff !== null) found.push(diff);
  }
  return found;
}

/** An agent of the configuration by its key there, to be measured as an Auditor whatever it is otherwise. */
function agentNamed(settings: Settings, name: string): AgentSettings | null {
  const { builder, planner, auditor, investigator, fallbackBuilder, alternatives } = settings;
  const agents = new Map(
    Object.entries({ ...alternatives, builder, planner, auditor, investigator, fallback_builder: fallbackBuilder }),
  );
  return agents.get(name) ?? null;
}

async function goodDiff(
  about: Pick<GoodDiff, "run" | "phase" | "settings" | "auditor">,
  candidate: Candidate,
  deps: JobDeps,
): Promise<GoodDiff | null> {
  const { repository } = about.run;
  const { base } = candidate;
  if (!(await isThere(candidate, about.run, deps))) return null;
  const applied = await placeCandidate(candidate, { repository, onto: base }, deps);
  if (applied.kind === "conflict") return null;
  const { tree } = applied;
  const { files } = await deps.git.changedFiles(repository, { from: base, to: tree, maxBytes: MAX_READ_BYTES });
  const mutations: Mutation[] = [];
  for (const { path, after, added } of files)
    if (after !== null) mutations.push(...(await mutationsOf({ path, text: after, lines: added })));
  return { ...about, base, tree, mutations };
}

/** What a run was built on may be gone with its branch: after a squash merge, of phases after the first. */
async function isThere({ base, patchBase }: Candidate, { repository }: Run, { git }: Deps): Promise<boolean> {
  if (await git.has(repository, [base, patchBase])) return true;
  await git.fetch(repository);
  return git.has(repository, [base, patchBase]);
}

/** One audit that nobody waits for and nothing follows from. */
export interface ShadowOrder {
  readonly diff: GoodDiff;
  /** Null: a clean control. */
  readonly mutation: Mutation | null;
  /** Of no attempt of a run: nothing is written under it. */
  readonly id: AttemptId;
  readonly signal: AbortSignal;
}

export interface ShadowResult {
  readonly sample: AuditSample;
  readonly costMicros: number;
  readonly tokens: number;
}

/**
 * Has the Auditor of a phase judge its diff once more, with a defect in it or without. It is asked as for a real audit and
 * cannot tell that this is none. Nothing is written to GitHub, to the run, or to its budget. Null when it was cancelled.
 */
export async function shadowAudit(
  { diff, mutation, id, signal }: ShadowOrder,
  deps: Deps,
): Promise<ShadowResult | null> {
  const { run, phase, settings, auditor, base } = diff;
  const tree = mutation === null ? diff.tree : await treeWith(mutation, diff, deps);
  const text = await deps.git.diff(run.repository, { from: base, to: tree, maxBytes: MAX_DIFF_BYTES });
  const work = { run, phase, settings, head: base };
  const { seconds, turns } = limitsOf(run, phase, "auditor");
  const checkout = await agentCheckout(run, { commit: base, tree }, deps);
  try {
    const outcome = await deps.agent.run(
      {
        attemptId: id,
        role: "auditor",
        settings: auditor,
        checkout,
        timeoutMs: Math.ceil(seconds * 1000),
        maxTurns: turns,
        grant: { ...strategyOf(run).budgets.attempt, turns, seconds },
        meter: UNKEPT,
        instructions: auditorInstructions(work, { diff: text, overrides: settings.prompts }),
        context: { ...phaseContext(work), diff: text },
        maxFileBytes: settings.paths.maxFileBytes,
      },
      { onOutput: () => undefined, signal },
    );
    if (outcome.kind === "cancelled") return null;
    const verdict = outcome.kind === "finished" ? readVerdict(outcome.result) : null;
    const usage = outcome.facts?.metered ?? usageOf(outcome);
    return {
      sample: { defect: mutation, verdict: verdict?.kind === "ok" ? verdict : null },
      costMicros: Math.round(usage.costUsd * 1_000_000),
      tokens: usage.inputTokens + usage.outputTokens,
    };
  } finally {
    await checkout.dispose();
  }
}

/** The gateway holds the audit to its grant and counts; there is no attempt to keep the calls with. */
const UNKEPT: ModelMeter = {
  admit: async () => Promise.resolve(null),
  record: async () => Promise.resolve(),
  keep: async () => Promise.resolve(),
};

/** The good tree with one file replaced. */
async function treeWith(mutation: Mutation, { run, base, tree }: GoodDiff, { git }: Deps): Promise<TreeId> {
  const checkout = await git.checkout(run.repository, { commit: base, tree });
  try {
    await overwrite(checkout.path, mutation);
    await checkout.read({ maxFileBytes: MAX_READ_BYTES });
    return (await checkout.capture()).tree;
  } finally {
    await checkout.dispose();
  }
}

/** Never through a link: that could lead out of the checkout. */
async function overwrite(root: string, { path, text }: Mutation): Promise<void> {
  const parts = path.split("/");
  for (const [index] of parts.entries()) {
    const part = parts.slice(0, index + 1).join("/");
    const found = await lstat(join(root, part));
    const isFile = index === parts.length - 1;
    if (parts[index] === ".." || (isFile ? !found.isFile() : !found.isDirectory()))
      throw new Error(`seeding a defect: ${part} is not what the diff said it is`);
  }
  await writeFile(join(root, path), text);
}
