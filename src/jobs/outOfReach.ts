import { Failure } from "../domain/failure.ts";
import type { RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps } from "./handler.ts";

/**
 * Whether there is nowhere to show a run: it ended because Autopack lost its repository, and GitHub says that this is still
 * so. Not to be found out by trying: what may not be seen looks to Autopack like something that was deleted.
 */
export async function isOutOfReach(run: Run, { forges, log }: JobDeps): Promise<boolean> {
  if (!isLost(run) || (await forges.installationOf(run.repository)) !== null) return false;
  log.info({ run: run.id, why: lossOf(run) }, "a run cannot be shown, as its repository is out of reach");
  return true;
}

/** Takes GitHub's refusal to show a run whose repository was lost for what it is: the end of the matter, and no failure. */
export async function passOverRefusal(error: unknown, runId: RunId, { store, log }: JobDeps): Promise<void> {
  const isRefusal = error instanceof Failure && error.retry === "never";
  const run = isRefusal ? await getRun(store.knex, runId) : null;
  if (run === null || !isLost(run)) throw error;
  log.info({ run: runId, why: lossOf(run), err: error }, "a run cannot be shown, as its repository was lost");
}

function isLost(run: Run): boolean {
  const why = lossOf(run);
  return why === "access_removed" || why === "repository_gone" || why === "repository_archived";
}

function lossOf({ state }: Run): string | null {
  return state.kind === "cancelled" ? state.why : null;
}
