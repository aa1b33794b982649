import { CONFIG_PATHS, readConfig } from "../config/readConfig.ts";
import type { ConfigResult } from "../config/readConfig.ts";
import { readPlan } from "../config/readPlan.ts";
import type { Sha } from "../domain/ids.ts";
import type { FailureReason, Run } from "../domain/run.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Problem } from "../domain/plan.ts";
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
  const plan = readPlan({ issue, specs: await taskFiles(run, deps, baseTip) });
  if (plan.kind === "refused") return refuse(base, "plan_invalid", plan);
  return { kind: "plan_ready", base, settings: config.settings, configHash: config.hash, plan: plan.plan };
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
