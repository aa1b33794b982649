import { CONFIG_PATHS, readConfig } from "../config/readConfig.ts";
import type { ConfigResult } from "../config/readConfig.ts";
import { freezeStrategy } from "../config/freezeStrategy.ts";
import { estimate } from "../domain/budget/estimate.ts";
import { policyFaults } from "../domain/strategy/policyFaults.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { readinessFault } from "../domain/waves/planReadiness.ts";
import { predictImpacts } from "../domain/waves/predictImpacts.ts";
import type { ImpactKnowledge } from "../domain/waves/impactKnowledge.ts";
import { planCleanUp } from "../domain/findings/planCleanUp.ts";
import { agedKeys, dueForCleanUp } from "../store/backlogEntries.ts";
import { impactKnowledge } from "../store/impacts.ts";
import { phaseHistory } from "../store/ledgerHistory.ts";
import { readPlan } from "../config/readPlan.ts";
import type { Sha } from "../domain/ids.ts";
import type { FailureReason, Run } from "../domain/run.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Plan, Problem } from "../domain/plan.ts";
import type { Settings } from "../domain/settings.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";

/** Reads the configuration and the plan from the default branch, and freezes both in the run. */
export const prepareRun: JobHandler<"prepare_run"> = async ({ runId }, deps) => {
  const waiting = await getRun(deps.store.knex, runId);
  const run = waiting.state.kind === "queued" ? await deps.advance(runId, { kind: "planning_started" }) : waiting;
  if (run.state.kind !== "planning") return;
  await deps.git.fetch(run.repository);
  await deps.advance(runId, await planned(run, deps));
};

async function planned(run: Run, deps: JobDeps): Promise<RunEvent> {
  const { repository } = run;
  const tip = await deps.git.tip(repository, repository.defaultBranch);
  if (tip === null)
    return refuse(null, "environment", { message: `the repository has no branch \`${repository.defaultBranch}\`` });
  const home = { branch: repository.defaultBranch, sha: tip };
  const config = readConfig(await configFiles(run, deps, tip), { defaultBranch: repository.defaultBranch });
  if (config.kind !== "ok") {
    return refuse(home, config.kind === "missing" ? "config_missing" : "config_invalid", configRefusal(config));
  }
  const { baseBranch } = config.settings;
  const baseTip = baseBranch === repository.defaultBranch ? tip : await deps.git.tip(repository, baseBranch);
  if (baseTip === null)
    return refuse(home, "config_invalid", {
      message: `\`base_branch\` names \`${baseBranch}\`, which the repository does not have`,
    });
  const base = { branch: baseBranch, sha: baseTip };
  const issue = { title: run.request.title, body: run.request.body };
  const [fault] = policyFaults(config.settings, deps.policy);
  if (fault !== undefined) return refuse(base, "config_invalid", { message: fault });
  const { settings, hash: configHash } = config;
  const { approvals } = settings.promotion;
  const strategy = freezeStrategy({ overrides: settings.strategy, policy: deps.policy, approvals });
  const { maxPhases } = strategy;
  const plan = readPlan({ issue, specs: await taskFiles(run, deps, baseTip), maxPhases });
  if (plan.kind === "refused") return refuse(base, "plan_invalid", plan);
  const unready = readinessFault(plan.plan, { strategy, settings });
  if (unready !== null) return refuse(base, "plan_invalid", unready);
  return planReady(run, { base, settings, strategy, configHash, plan: plan.plan }, deps);
}

interface Read {
  readonly base: { readonly branch: string; readonly sha: Sha };
  readonly settings: Settings;
  readonly strategy: Strategy;
  readonly configHash: string;
  readonly plan: Plan;
}

/** Adds what the backlog asks for, and predicts what each phase will touch and use. */
async function planReady(run: Run, read: Read, deps: JobDeps): Promise<RunEvent> {
  const { settings, strategy, plan, base } = read;
  const db = deps.store.knex;
  const { id: repositoryId } = run.repository;
  const cleanUp = settings.backlog.cleanUp
    ? planCleanUp(await dueForCleanUp(db, repositoryId), {
        existingPhases: plan.phases,
        maxPhases: strategy.maxPhases,
      })
    : [];
  const knowledge = await knowledgeAt(base.sha, run, deps);
  const phases = [...plan.phases, ...cleanUp].map((phase) => ({ ...phase, impacts: predictImpacts(phase, knowledge) }));
  const quote = estimate(await phaseHistory(db, repositoryId), { strategy, phases });
  return {
    kind: "plan_ready",
    ...read,
    plan: { ...plan, phases },
    quote,
    agedFindings: await agedKeys(db, repositoryId),
  };
}

function refuse(
  base: { readonly branch: string; readonly sha: Sha } | null,
  reason: FailureReason,
  why: { readonly message: string; readonly problems?: readonly Problem[] },
): RunEvent {
  return { kind: "plan_refused", base, reason, message: why.message, problems: why.problems ?? [] };
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

async function configFiles(run: Run, deps: JobDeps, sha: Sha): Promise<readonly { path: string; text: string }[]> {
  const texts = await Promise.all(
    CONFIG_PATHS.map(async (path) => ({ path, text: await deps.git.readFile(run.repository, { sha, path }) })),
  );
  return texts.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }]));
}

async function taskFiles(run: Run, deps: JobDeps, sha: Sha): Promise<readonly { path: string; text: string }[]> {
  const files = await deps.git.listFiles(run.repository, { sha, under: "specs" });
  const tasks = files.filter((path) => /^specs\/[^/]+\/tasks\.md$/.test(path));
  const texts = await Promise.all(
    tasks.map(async (path) => ({ path, text: await deps.git.readFile(run.repository, { sha, path }) })),
  );
  return texts.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }]));
}

/** What the repository's history teaches, with the paths there are. */
async function knowledgeAt(sha: Sha, { repository }: Run, deps: JobDeps): Promise<ImpactKnowledge> {
  const learned = await impactKnowledge(deps.store.knex, repository.id);
  return { ...learned, paths: new Set(await deps.git.listFiles(repository, { sha, under: "" })) };
}
