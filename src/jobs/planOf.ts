import { freezeStrategy } from "../config/freezeStrategy.ts";
import { grantWishes } from "../config/grantWishes.ts";
import type { IssueText } from "../config/planResult.ts";
import { readConfig } from "../config/readConfig.ts";
import type { ConfigResult } from "../config/readConfig.ts";
import { estimate } from "../domain/budget/estimate.ts";
import { planCleanUp } from "../domain/findings/planCleanUp.ts";
import type { BaseCommit, Planned } from "../domain/planned.ts";
import type { Plan, Problem } from "../domain/plan.ts";
import type { Repository } from "../domain/repository.ts";
import type { FailureReason } from "../domain/run.ts";
import type { Settings } from "../domain/settings.ts";
import { phaseRules } from "../domain/strategy/phaseRules.ts";
import { policyFaults } from "../domain/strategy/policyFaults.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { readinessFault } from "../domain/waves/planReadiness.ts";
import { predictImpacts } from "../domain/waves/predictImpacts.ts";
import type { Wishes } from "../domain/wishes.ts";
import { agedKeys, dueForCleanUp } from "../store/backlogEntries.ts";
import { impactKnowledge } from "../store/impacts.ts";
import { phaseHistory } from "../store/ledgerHistory.ts";
import { groundOf } from "./groundOf.ts";
import type { JobDeps } from "./handler.ts";
import { auditorFault } from "./auditorFault.ts";
import { modelFault } from "./modelFault.ts";
import { planByForm } from "./planByForm.ts";
import { PROMPTS_FOLDER, readPromptOverrides } from "../prompts/readPromptOverrides.ts";
import { configFiles, promptFiles } from "./repositoryFiles.ts";

interface PlanOrder {
  readonly repository: Repository;
  readonly issue: IssueText & { readonly number: number };
  readonly wishes: Wishes;
}

/**
 * What a request comes to in the repository as it stands: the configuration of the default branch, a plan by the form that is
 * wished for, and the ground. Writes nothing and starts nothing.
 */
export async function planOf(order: PlanOrder, deps: JobDeps): Promise<Planned> {
  const { repository, wishes } = order;
  await deps.git.fetch(repository);
  const tip = await deps.git.tip(repository, repository.defaultBranch);
  if (tip === null)
    return refuse(null, "environment", { message: `the repository has no branch \`${repository.defaultBranch}\`` });
  const home = { branch: repository.defaultBranch, sha: tip };
  const config = readConfig(await configFiles(repository, { sha: tip, git: deps.git }), repository);
  if (config.kind !== "ok")
    return refuse(home, config.kind === "missing" ? "config_missing" : "config_invalid", configRefusal(config));
  const granted = grantWishes(config.settings, wishes);
  if (granted.kind === "refused") return refuse(home, "plan_invalid", granted);
  const { baseBranch } = granted.settings;
  const baseTip = baseBranch === repository.defaultBranch ? tip : await deps.git.tip(repository, baseBranch);
  if (baseTip === null) return noBase(home, { baseBranch, wishes });
  const base = { branch: baseBranch, sha: baseTip };
  const [fault] = policyFaults(granted.settings, deps.policy);
  if (fault !== undefined) return refuse(base, "config_invalid", { message: fault });
  const unasked = modelFault(granted.settings, deps);
  if (unasked !== null) return refuse(base, "environment", { message: unasked });
  const prompts = readPromptOverrides(await promptFiles(repository, { sha: tip, git: deps.git }), {
    profiles: profilesOf(granted.settings),
  });
  if (prompts.kind === "invalid")
    return refuse(home, "config_invalid", { message: WRONG_PROMPTS, problems: prompts.problems });
  const settings = { ...granted.settings, prompts: prompts.overrides };
  return planOn({ ...order, base, settings, configHash: config.hash }, deps);
}

const WRONG_PROMPTS = `the files in \`${PROMPTS_FOLDER}\` are not valid`;

/** Auditor profiles that the repository has made up. */
function profilesOf({ strategy }: Settings): readonly string[] {
  return Object.values(strategy.categories).flatMap(({ auditorProfile }) => auditorProfile ?? []);
}

function noBase(
  home: BaseCommit,
  { baseBranch, wishes }: { readonly baseBranch: string; readonly wishes: Wishes },
): Planned {
  const missing = `names \`${baseBranch}\`, which the repository does not have`;
  if (wishes.base === null) return refuse(home, "config_invalid", { message: `\`base_branch\` ${missing}` });
  return refuse(home, "plan_invalid", { message: `\`base\` ${missing}` });
}

interface Configured extends PlanOrder {
  readonly base: BaseCommit;
  readonly settings: Settings;
  readonly configHash: string;
}

async function planOn(order: Configured, deps: JobDeps): Promise<Planned> {
  const { base, settings, wishes } = order;
  const { approvals } = settings.promotion;
  const input = { overrides: settings.strategy, policy: deps.policy, approvals };
  const strategy = freezeStrategy(input, { strict: wishes.strict });
  const made = await planByForm({ ...order, strategy }, deps);
  if (made.kind === "refused") return refuse(base, "plan_invalid", made);
  const { plan } = made;
  if (plan.source === "issue" && settings.planner !== null) {
    const { configHash } = order;
    return { kind: "unplanned", base, settings: made.settings, strategy, configHash };
  }
  return completed({ ...order, strategy, plan, settings: made.settings }, deps);
}

/** What a plan comes to in the repository as it was read: with all that belongs to it, or refused for what it lacks. */
export async function completed(read: Read, deps: JobDeps): Promise<Exclude<Planned, { kind: "unplanned" }>> {
  const { wishes, plan, strategy, settings, base } = read;
  const unproven = await auditorFault(plan, { strategy, settings }, deps);
  if (unproven !== null) return refuse(base, "config_invalid", { message: unproven });
  const unready =
    wishes.form === "spec" || wishes.form === "debt" ? null : readinessFault(plan, { strategy, settings });
  return unready === null ? ready(read, deps) : refuse(base, "plan_invalid", unready);
}

interface Read extends Configured {
  readonly strategy: Strategy;
  readonly plan: Plan;
}

/** Adds what the backlog asks for, predicts what each phase will touch and use, and looks at the ground. */
async function ready(read: Read, deps: JobDeps): Promise<Extract<Planned, { kind: "ready" }>> {
  const { repository, settings, strategy, base, wishes, configHash } = read;
  const db = deps.store.knex;
  const learned = await impactKnowledge(db, repository.id);
  const files = await deps.git.listFiles(repository, { sha: base.sha, under: "" });
  const knowledge = { ...learned, paths: new Set(files) };
  const phases = [...read.plan.phases, ...(await cleanUp(read, deps))].map((phase) => ({
    ...phase,
    impacts: predictImpacts(phase, knowledge),
  }));
  const ground = await groundOf(
    {
      repository,
      base,
      settings,
      form: wishes.form,
      profile: phases.some((phase) => phaseRules(strategy, phase).ciProfile === "strict") ? "strict" : "normal",
      files,
      changed: phases
        .flatMap(({ impacts }) => impacts.filter(({ operation }) => operation !== "read"))
        .map(({ path }) => path),
    },
    deps,
  );
  const quote = estimate(await phaseHistory(db, repository.id), { strategy, phases });
  const agedFindings = await agedKeys(db, repository.id);
  const plan = { ...read.plan, phases };
  return { kind: "ready", base, settings, strategy, configHash, plan, quote, agedFindings, ground };
}

/** A specification is written by itself, and a clean-up has nothing beside it. */
async function cleanUp({ repository, settings, strategy, plan, wishes }: Read, deps: JobDeps): Promise<Plan["phases"]> {
  if (!settings.backlog.cleanUp || wishes.form === "spec" || wishes.form === "debt") return [];
  const due = await dueForCleanUp(deps.store.knex, repository.id);
  return planCleanUp(due, { existingPhases: plan.phases, maxPhases: strategy.maxPhases });
}

function refuse(
  base: BaseCommit | null,
  reason: FailureReason,
  why: { readonly message: string; readonly problems?: readonly Problem[] },
): Extract<Planned, { kind: "refused" }> {
  return { kind: "refused", base, reason, message: why.message, problems: why.problems ?? [] };
}

function configRefusal(config: Exclude<ConfigResult, { kind: "ok" }>): {
  readonly message: string;
  readonly problems: readonly Problem[];
} {
  switch (config.kind) {
    case "missing":
      return { message: "this repository has no `.github/autopack.yml` on its default branch", problems: [] };
    case "two_files":
      return {
        message: `there are two configurations, ${config.paths.map((path) => `\`${path}\``).join(" and ")}: keep one`,
        problems: [],
      };
    case "invalid":
      return { message: "`.github/autopack.yml` is not valid", problems: config.problems };
  }
}
