import type { Knex } from "knex";
import type { AttemptId, RunId } from "../domain/ids.ts";

export interface AttemptLine {
  readonly seq: number;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The payload was too long, and is not all there. */
  readonly truncated: boolean;
}

/** The lines of a run's history that are about one attempt, oldest first. */
export async function historyOfAttempt(db: Knex, runId: RunId, attemptId: AttemptId): Promise<readonly AttemptLine[]> {
  return db("events")
    .where({ run_id: runId })
    .whereRaw("payload->>'attemptId' = ?", [attemptId])
    .orderBy("seq")
    .select<AttemptLine[]>("seq", "payload", "payload_truncated as truncated");
}
