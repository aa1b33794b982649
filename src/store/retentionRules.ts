/** How long things are kept. Artifacts carry an expiry of their own, and live output goes with its attempt. */
export interface RetentionLimits {
  readonly heartbeatHours: number;
  /** From when a webhook came in. */
  readonly deliveryDays: number;
  /** From the end of a run that did not land. */
  readonly branchDays: number;
}

/** In the order in which they are swept. */
export const RETENTION_KINDS = [
  "heartbeats",
  "workers",
  "deliveries",
  "gaps",
  "live_output",
  "attempt_events",
  "artifacts",
  "branches",
] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** Rows of `table` are deleted where `due` holds; `batch` of them in one statement. */
export interface RetentionRule {
  readonly table: string;
  readonly due: string;
  readonly bindings: readonly number[];
  readonly batch: number;
}

/** Hours after which output is nobody's any more that belongs to no attempt: much longer than any step may take. */
const OUTPUT_HOURS = 24;

/** As long as the artifact of what the attempt printed. */
const EVENT_DAYS = 30;

/** What is deleted by the sweep itself. */
export function retentionRules({
  heartbeatHours,
  deliveryDays,
}: RetentionLimits): Readonly<Record<Exclude<RetentionKind, "branches">, RetentionRule>> {
  return {
    heartbeats: {
      table: "heartbeats",
      due: "at < now() - make_interval(hours => ?)",
      bindings: [heartbeatHours],
      batch: 5000,
    },
    workers: {
      table: "workers",
      due: "state = 'gone' and gone_at < now() - make_interval(hours => ?)",
      bindings: [heartbeatHours],
      batch: 1000,
    },
    // One that waits to be handled is work, however old; a failed one was there to be looked at for as long.
    deliveries: {
      table: "deliveries",
      due: "received_at < now() - make_interval(days => ?) and state <> 'received'",
      bindings: [deliveryDays],
      batch: 1000,
    },
    // As long as what came: an open one is looked after, however old.
    gaps: {
      table: "gaps",
      due: "closed_at < now() - make_interval(days => ?)",
      bindings: [deliveryDays],
      batch: 1000,
    },
    live_output: {
      table: "live_output",
      due: `created_at < now() - interval '${OUTPUT_HOURS} hours'
        or exists (select from attempts where attempts.id = live_output.log and finished_at is not null)`,
      bindings: [],
      batch: 1000,
    },
    attempt_events: {
      table: "attempt_events",
      due: `at < now() - interval '${EVENT_DAYS} days'`,
      bindings: [],
      batch: 5000,
    },
    // The database refuses to delete those of live runs, and of runs that ended less than 7 days ago.
    artifacts: {
      table: "artifacts",
      due: `expires_at < now() and not exists (
        select from artifact_uses join runs on runs.id = artifact_uses.run_id
          where artifact_uses.artifact_id = artifacts.id
            and (runs.ended_at is null or runs.ended_at > now() - interval '7 days'))`,
      bindings: [],
      batch: 100,
    },
  };
}

/**
 * Runs that ended without landing, whose branch has not been given to be deleted since.
 *
 * Written as the index of the same purpose has it.
 */
export function branchesDue({ branchDays }: RetentionLimits): RetentionRule {
  return {
    table: "runs",
    due: `state in ('failed', 'cancelled', 'no_changes') and head_sha is not null
      and (branch_swept_at is null or branch_swept_at < ended_at) and ended_at < now() - make_interval(days => ?)`,
    bindings: [branchDays],
    batch: 100,
  };
}
