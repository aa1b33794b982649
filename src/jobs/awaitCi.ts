import { concludeCi } from "../domain/ciChecks/concludeCi.ts";
import { judgeChecks } from "../domain/ciChecks/judgeChecks.ts";
import { getRun } from "../store/runs.ts";
import type { JobHandler } from "./handler.ts";
import { withGround } from "./withGround.ts";

/** Seconds between two looks: an eighth of what has passed, within these. A webhook has it looked at at once. */
const SOONEST = 15;
const LATEST = 60;

/**
 * Reads the repository's own checks of the head that is verified, and concludes the verification once they are decided.
 *
 * Webhooks are only hints to look: what counts is read from GitHub, every check run and status of that commit.
 */
export const awaitCi: JobHandler<"await_ci"> = async ({ runId, head }, deps) => {
  const run = await getRun(deps.store.knex, runId);
  const { state, awaiting, head: current, repository } = run;
  if (state.kind !== "verifying" || awaiting === null || awaiting.head !== head || current !== head) return;
  const forge = await deps.forges.of(repository);
  const observed = await forge.checksOf(head);
  const elapsedMs = Math.max(0, deps.clock.now().getTime() - Date.parse(awaiting.since));
  const judged = judgeChecks(awaiting.checks, observed, { elapsedMs });
  if (judged.kind === "pending") {
    deps.log.debug({ run: runId, head, waitingFor: judged.waitingFor }, "CI is awaited");
    await deps.enqueue(deps.store.knex, { kind: "await_ci", runId, head, afterSeconds: pauseSeconds(elapsedMs) });
    return;
  }
  const evidence = concludeCi(awaiting.evidence, judged.steps);
  const verified = { kind: "gates_verified", head, base: awaiting.base, conflicts: [], evidence } as const;
  await deps.advance(runId, await withGround(run, verified, deps));
};

function pauseSeconds(elapsedMs: number): number {
  return Math.round(Math.min(LATEST, Math.max(SOONEST, elapsedMs / 8000)));
}
