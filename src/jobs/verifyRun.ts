import type { RunEvent } from "../domain/event.ts";
import { judgeStatically } from "./judgeStatically.ts";
import type { StaticJudgement } from "./judgeStatically.ts";
import { awaitedChecks } from "../domain/ciChecks/awaitedChecks.ts";
import { isGreen } from "../domain/gate.ts";
import type { GateEvidence } from "../domain/gate.ts";
import { isLanded } from "../domain/phase.ts";
import { rulesOf } from "../domain/rulesOf.ts";
import type { CiProfile } from "../domain/strategy/strategy.ts";
import type { Sha, TreeId } from "../domain/ids.ts";
import { isDryRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { branchLock, withLock } from "../store/lock.ts";
import { getRun, runVersion } from "../store/runs.ts";
import { branchTip } from "./branchTip.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { observeHead } from "./observeHead.ts";
import { observePull } from "./observePull.ts";
import { mayRunCi, releaseCi, settleCi } from "./ciGrant.ts";
import type { CiRun } from "./ciGrant.ts";
import { refused, runGates, withJudgement } from "./runSteps.ts";
import { withGround } from "./withGround.ts";

/** Judges the finished branch as it would be merged: its head together with the base as that is now. */
export const verifyRun: JobHandler<"verify_run"> = async ({ runId }, deps) => {
  const run = await getRun(deps.store.knex, runId);
  const { head } = run;
  if (run.state.kind !== "verifying" || head === null) return;
  const wanted = (now: Run): boolean => now.state.kind === "verifying" && now.head === head;
  const event = await deps.whileWanted(runId, wanted, async (signal) => verify(run, head, { deps, signal }));
  if (event !== null) await deps.advance(runId, await withGround(run, event, deps));
};

interface Means {
  readonly deps: JobDeps;
  readonly signal: AbortSignal;
}

async function verify(run: Run, head: Sha, { deps, signal }: Means): Promise<RunEvent | null> {
  const { repository, settings, base } = run;
  if (settings === null || base === null) return null;
  await deps.git.fetch(repository);
  const actual = await branchTip(run, "mirror", deps);
  if (actual !== head) {
    await withLock(deps.store.knex, branchLock(run.id), async () => observeHead(run, { actual, by: "someone" }, deps));
    return null;
  }
  const baseTip = await deps.git.tip(repository, base.branch);
  if (baseTip === null)
    return {
      kind: "work_failed",
      intent: "verify_run",
      message: `the base branch \`${base.branch}\` was renamed or deleted: bring it back, then \`/autopack retry\`, or start anew`,
    };
  // This job was done before: its answer stands, and the checks are being waited for.
  if (run.awaiting?.head === head && run.awaiting.base === baseTip) return null;
  if (await deps.git.isAncestor(repository, { ancestor: baseTip, of: head })) {
    const known = run.gates.filter((gate) => gate.gate !== "audit" && gate.sha === head);
    // The phase's gates ran on this very tree; they need not run again.
    if (!isAskedAgain(run) && known.length === 2 && known.every(isGreen) && isStrictEnough(run, head)) {
      // What people pushed before the phase that landed last, the rules have not seen.
      const judge = run.foreignCommits === 0 ? null : judgeWhole(run, { base: baseTip, to: head }, deps);
      const evidence = judge === null ? known : judgedAnew(known, await judge());
      return commandsVerified(run, { head, base: baseTip, evidence }, deps);
    }
  } else if (await observePull(run, "someone", deps)) {
    // What has moved the base was the merge itself.
    return null;
  }
  const merged = await deps.git.merge(repository, { ours: head, theirs: baseTip });
  if (merged.kind === "conflict")
    return { kind: "gates_verified", head, base: baseTip, conflicts: merged.paths, evidence: [] };
  const again = isAskedAgain(run) ? `/${await runVersion(deps.store.knex, run.id)}` : "";
  const ci: CiRun = { run, phaseId: null, key: `ci/${run.id}/${head}/${merged.tree}${again}` };
  if (!(await mayRunCi(ci, deps))) return null;
  const evidence = await runGates(
    {
      repository,
      settings,
      of: run.id,
      profile: profileOf(run),
      needsInstall: run.phases.some((phase) => phase.needsInstall),
      commit: head,
      base: run.base?.sha ?? null,
      tree: merged.tree,
      judge: judgeWhole(run, { base: baseTip, to: merged.tree }, deps),
    },
    deps,
    signal,
  );
  if (evidence === null) {
    await releaseCi(ci, deps);
    return null;
  }
  await settleCi(ci, evidence, deps);
  return commandsVerified(run, { head, base: baseTip, evidence }, deps);
}

/** Has the rules judge all that merging the branch would do to the base. */
function judgeWhole(
  run: Run,
  { base, to }: { readonly base: Sha; readonly to: Sha | TreeId },
  deps: JobDeps,
): (() => Promise<StaticJudgement>) | null {
  const { settings } = run;
  return settings === null ? null : async () => judgeStatically({ run, settings, phase: null, from: base, to }, deps);
}

/** What the gates of the last phase said, with what the rules say of the whole in place of what they said of the phase. */
function judgedAnew(known: readonly GateEvidence[], judged: StaticJudgement): readonly GateEvidence[] {
  const whole = known.map((evidence) => {
    const commands = {
      ...evidence,
      objections: [],
      steps: evidence.steps.filter(({ ruleSet }) => ruleSet === undefined),
      findings: evidence.findings.filter(({ source }) => source !== "static_check"),
    };
    return evidence.gate === "preflight" ? withJudgement(commands, judged) : evidence;
  });
  return refused(judged) ?? whole;
}

/** Green commands are not all where the profile waits for checks of the repository's own; red ones are enough. */
function commandsVerified(
  run: Run,
  verified: { readonly head: Sha; readonly base: Sha; readonly evidence: readonly GateEvidence[] },
  { clock }: JobDeps,
): RunEvent {
  // Of a dry run nothing is on GitHub that could be checked there.
  const checks = run.settings === null || isDryRun(run) ? [] : awaitedChecks(run.settings, profileOf(run));
  if (checks.length === 0 || !verified.evidence.every(isGreen))
    return { kind: "gates_verified", ...verified, conflicts: [] };
  return { kind: "ci_awaited", awaiting: { ...verified, checks, since: clock.now().toISOString() } };
}

/** Somebody wants the gates to be run although it is known what they said. */
function isAskedAgain({ rerun }: Run): boolean {
  return rerun !== null && (rerun.gates.length > 0 || rerun.profile !== null);
}

/** The strictest that any landed phase, or somebody, calls for. */
function profileOf(run: Run): CiProfile {
  const landed = run.phases.filter(isLanded);
  if (run.rerun?.profile === "strict") return "strict";
  return landed.some((phase) => rulesOf(run, phase).ciProfile === "strict") ? "strict" : "normal";
}

/** The gates of the phase that landed last tell of the whole branch only when its profile was the strictest. */
function isStrictEnough(run: Run, head: Sha): boolean {
  const last = run.phases.find(({ state }) => state.kind === "complete" && state.sha === head);
  return last !== undefined && rulesOf(run, last).ciProfile === profileOf(run);
}
