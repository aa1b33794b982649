import { orphanedCheck } from "../../projections/promotionCheck.ts";
import { ifUnlocked, projectionLock, sweepLock, withLock } from "../../store/lock.ts";
import { openChecks } from "../../store/openChecks.ts";
import type { OpenCheck } from "../../store/openChecks.ts";
import { checkTarget, publicationsOf } from "../../store/publications.ts";
import { getRun } from "../../store/runs.ts";
import type { JobDeps } from "../handler.ts";
import { endCheck } from "../showChecks.ts";
import { tagOf } from "../publish.ts";

/** After which the run is shown once more, in milliseconds: that concludes a check run with the truth. */
const SHOWN_AGAIN_MS = 10 * 60_000;
/** After which a check run is given up, in milliseconds: showing the run has not concluded it. */
const GIVEN_UP_MS = 60 * 60_000;

/**
 * Finds check runs that are in progress, or half made, and that nobody is going to conclude. Gives how many were given up; null
 * when another worker is at it.
 *
 * As a rule the projection of a run concludes what it leaves. This finds those whose projection was lost, or gave up.
 */
export async function sweepOrphanChecks(
  deps: Pick<JobDeps, "store" | "forges" | "log" | "enqueue">,
): Promise<number | null> {
  const db = deps.store.knex;
  return ifUnlocked(db, sweepLock("orphan_checks"), async () => {
    const found = await openChecks(db, { idleMs: SHOWN_AGAIN_MS });
    const [lost, young] = [
      found.filter(({ idleMs }) => idleMs >= GIVEN_UP_MS),
      found.filter(({ idleMs }) => idleMs < GIVEN_UP_MS),
    ];
    for (const runId of new Set(young.map((check) => check.runId)))
      await db.transaction(async (tx) => deps.enqueue(tx, { kind: "project_run", runId }));
    let ended = 0;
    for (const orphan of lost) if (await giveUp(orphan, deps)) ended += 1;
    return ended;
  });
}

/** One that cannot be ended keeps nobody from the others; the next sweep finds it again. */
async function giveUp(orphan: OpenCheck, deps: Pick<JobDeps, "store" | "forges" | "log">): Promise<boolean> {
  const { runId, check, sha } = orphan;
  try {
    await withLock(deps.store.knex, projectionLock(runId), async () => end(orphan, deps));
    deps.log.warn({ run: runId, check, sha }, "check run given up: nobody was going to conclude it");
    return true;
  } catch (err) {
    deps.log.error({ run: runId, check, sha, err }, "ending a check run failed");
    return false;
  }
}

/** Under the run's lock, and read again: a projection may have come in between. */
async function end(
  { runId, check, sha }: OpenCheck,
  { store, forges }: Pick<JobDeps, "store" | "forges">,
): Promise<void> {
  const db = store.knex;
  const run = await getRun(db, runId);
  const published = await publicationsOf(db, runId);
  if (tagOf(published.get(checkTarget({ check, sha }))) === "completed") return;
  await endCheck(orphanedCheck(run, check, sha), {
    place: { check, sha },
    forge: await forges.of(run.repository),
    ledger: { db, runId, published },
  });
}
