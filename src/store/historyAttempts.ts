import type { Knex } from "knex";
import type { FailureClass } from "../domain/attempt.ts";
import type { ArtifactId, AttemptId, PhaseId, RunId, Sha, TreeId } from "../domain/ids.ts";

/** When an attempt ran. */
export interface AttemptTimes {
  readonly id: AttemptId;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export async function attemptTimesOf(db: Knex, runId: RunId): Promise<readonly AttemptTimes[]> {
  return db("attempts")
    .join("phases", "phases.id", "attempts.phase_id")
    .where({ run_id: runId })
    .orderBy(["ordinal", "number"])
    .select<AttemptTimes[]>("attempts.id", "started_at as startedAt", "finished_at as finishedAt");
}

/** A failure in a row of them, and what it has in common with the one before it. */
export interface RepeatedFailure {
  readonly phaseId: PhaseId;
  /** From 1, since the phase's last step of escalation. */
  readonly number: number;
  readonly class: FailureClass;
  /** The message without what changes from try to try. */
  readonly errorKey: string;
  readonly tree: TreeId | null;
  /** Against the failure before; null for the first. */
  readonly errorChanged: boolean | null;
  readonly treeChanged: boolean | null;
}

/** The failures in a row of each phase of a run, oldest first: whether its attempts get anywhere. */
export async function failuresOf(db: Knex, runId: RunId): Promise<readonly RepeatedFailure[]> {
  const { rows } = await db.raw<{ rows: RepeatedFailure[] }>(
    `select phases.id as "phaseId", failure.number::int as number, value->>'class' as class,
            value->>'errorKey' as "errorKey", value->>'tree' as tree,
            value->>'errorKey' is distinct from lag(value->>'errorKey') over before
              and (lag(value) over before is not null or null) as "errorChanged",
            value->>'tree' is distinct from lag(value->>'tree') over before
              and (lag(value) over before is not null or null) as "treeChanged"
       from phases cross join lateral jsonb_array_elements(phases.failures) with ordinality as failure (value, number)
      where phases.run_id = ?
     window before as (partition by phases.id order by failure.number)
      order by phases.ordinal, failure.number`,
    [runId],
  );
  return rows;
}

/** Where an attempt's output is: in an artifact once it has ended, in the live output while it runs. */
export interface AttemptLog {
  readonly id: AttemptId;
  readonly phaseId: PhaseId;
  readonly log: ArtifactId | null;
  readonly ended: boolean;
}

/** The attempts of a run, oldest first within their phases. */
export async function attemptLogsOf(db: Knex, runId: RunId): Promise<readonly AttemptLog[]> {
  return db("attempts")
    .join("phases", "phases.id", "attempts.phase_id")
    .where({ run_id: runId })
    .orderBy(["ordinal", "number"])
    .select<AttemptLog[]>(
      "attempts.id",
      "phase_id as phaseId",
      "log_id as log",
      db.raw("finished_at is not null as ended"),
    );
}

/** What an attempt that runs has printed after chunk `seq`; from the start with -1. */
export async function liveOutputAfter(
  db: Knex,
  attemptId: AttemptId,
  seq: number,
): Promise<readonly { readonly seq: number; readonly chunk: string }[]> {
  return db("live_output").where({ log: attemptId }).where("seq", ">", seq).orderBy("seq").select("seq", "chunk");
}

/** A stored output; null when it has expired. */
export async function findArtifact(db: Knex, id: ArtifactId): Promise<Buffer | null> {
  const row = await db<{ id: ArtifactId; bytes: Buffer }>("artifacts").where({ id }).first("bytes");
  return row?.bytes ?? null;
}

/** A commit a run can be rolled back to. */
export interface Checkpoint {
  readonly phaseId: PhaseId;
  /** The how many-th commit of the run it is, from 1. */
  readonly landing: number;
  readonly sha: Sha;
  readonly at: Date;
}

export async function checkpointsOf(db: Knex, runId: RunId): Promise<readonly Checkpoint[]> {
  return db("checkpoints")
    .where({ run_id: runId })
    .orderBy("landing")
    .select<Checkpoint[]>("phase_id as phaseId", "landing", "sha", "created_at as at");
}
