import type { RunId } from "../domain/ids.ts";
import { Failure } from "../domain/failure.ts";
import { starterConfig } from "../config/starterConfig.ts";
import type { Run } from "../domain/run.ts";
import type { RunView } from "../projections/runView.ts";
import { isPassing } from "../projections/passing.ts";
import { projectionLock, withLock } from "../store/lock.ts";
import type { Lock } from "../store/lock.ts";
import { publicationsOf } from "../store/publications.ts";
import { getRun, runVersion } from "../store/runs.ts";
import { forecastOf } from "../store/forecasts.ts";
import { spendOf } from "../store/spend.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { isOutOfReach, passOverRefusal } from "./outOfReach.ts";
import { tagOf } from "./publish.ts";
import { showChecks } from "./showChecks.ts";
import { showComment } from "./showComment.ts";
import { showLabels } from "./showLabels.ts";
import type { Showing, Step } from "./showing.ts";
import { keepPull, openPull } from "./showPull.ts";

/** Passes over a run that keeps changing. Each change has a job of its own besides, so giving up loses nothing. */
const MAX_PASSES = 20;

export const projectRun: JobHandler<"project_run"> = async ({ runId }, deps) => {
  try {
    await showRun(runId, deps);
  } catch (error) {
    await passOverRefusal(error, runId, deps);
  }
};

/**
 * Makes GitHub show a run as it is: renders it, compares with what was written last, writes the differences.
 *
 * One process at a time does it for a run. Whatever the run becomes meanwhile is shown as well before this returns.
 */
export async function showRun(runId: RunId, deps: JobDeps): Promise<void> {
  await withLock(deps.store.knex, projectionLock(runId), async (lock) => {
    for (let pass = 0; pass < MAX_PASSES; pass += 1) if (await showOnce(runId, lock, deps)) return;
  });
}

/** False when the run was changed meanwhile, so that something newer is to be shown. */
async function showOnce(runId: RunId, lock: Lock, deps: JobDeps): Promise<boolean> {
  const db = deps.store.knex;
  // Read before the run: a change in between is then noticed.
  const version = await runVersion(db, runId);
  const run = await getRun(db, runId);
  if (await isOutOfReach(run, deps)) return true;
  const showing: Showing = {
    view: await viewOf(run, deps),
    forge: await deps.forges.of(run.repository),
    ledger: { db, runId, published: await publicationsOf(db, runId) },
    deps,
  };
  const isCurrent = async (): Promise<boolean> => {
    await lock.confirm();
    return (await runVersion(db, runId)) === version;
  };
  return takeSteps(await stepsOf(showing), isCurrent);
}

/** Everything that the views of a run are made of. */
export async function viewOf(run: Run, deps: JobDeps): Promise<RunView> {
  return {
    run,
    spend: await spendOf(deps.store.knex, run.id),
    forecast: await forecastOf(deps.store.knex, run.id),
    isolation: deps.sandbox.isolation,
    starterConfig: starterConfig(),
    webUrl: deps.webUrl,
  };
}

/** In the order in which people should see them: the comment last, as it links to the others and tells what is to be done. */
async function stepsOf(showing: Showing): Promise<readonly Step[]> {
  const { run } = showing.view;
  const shown = tagOf(showing.ledger.published.get("comment"));
  // A verification that comes right after building is over in a moment: what it finds is shown, not that it is under way.
  if (run.state.kind === "verifying" && isPassing(run, shown)) return openPull(showing);
  return [
    ...(await showLabels(showing)),
    ...openPull(showing),
    ...showChecks(showing),
    ...keepPull(showing),
    ...showComment(showing),
  ];
}

/**
 * Takes one step after another, and stops when the run has changed: what is out of date is not written.
 *
 * A step that fails does not keep the others from being taken, so that a missing permission for one thing still lets the
 * comment be written; a limit that GitHub sets on all of them does.
 */
async function takeSteps(steps: readonly Step[], isCurrent: () => Promise<boolean>): Promise<boolean> {
  const failures: unknown[] = [];
  for (const step of steps) {
    if (!(await isCurrent())) return false;
    try {
      await step();
    } catch (error) {
      if (isLimit(error)) throw error;
      failures.push(error);
    }
  }
  if (!(await isCurrent())) return false;
  if (failures.length > 0) throw failures.find(isWorthRetrying) ?? failures[0];
  return true;
}

function isLimit(error: unknown): boolean {
  return error instanceof Failure && typeof error.retry === "object";
}

function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof Failure && error.retry === "never");
}
