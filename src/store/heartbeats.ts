import type { Knex } from "knex";
import type { AttemptId } from "../domain/ids.ts";
import { PULSE_COLUMNS } from "./workers.ts";
import type { WorkerPulse } from "./workers.ts";

/** What an attempt's line of a heartbeat says; null where nobody knows. */
export interface AttemptPulse {
  readonly attemptId: AttemptId;
  /** How much of what limits it is used up: 0 to 100. */
  readonly progressPercent: number | null;
  readonly memoryBytes: number | null;
  /** Of one core; more than 100 where it uses several. */
  readonly cpuPercent: number | null;
}

/**
 * Writes one heartbeat: the worker's row, and a line for each attempt that it runs, in one statement.
 *
 * Attempts that have ended, or are not this worker's, get no line: who was given up does not write for those that came after.
 */
export async function beat(db: Knex, worker: WorkerPulse, attempts: readonly AttemptPulse[]): Promise<void> {
  const lines = attempts.map(({ attemptId, progressPercent, memoryBytes, cpuPercent }) => ({
    id: attemptId,
    progress: progressPercent,
    memory: memoryBytes,
    cpu: cpuPercent,
  }));
  const { id, hostname, pid, version, state, concurrency, rssBytes, cpuPercent } = worker;
  await db.raw(
    `with pulse as (
      insert into workers (${PULSE_COLUMNS})
        values (?, ?, ?, ?, ?, ?, ?, ?, substring(current_setting('application_name') from '/([0-9a-f]{8})$'))
        on conflict (id) do update set state = excluded.state, gone_at = null, heartbeat_at = now(),
          concurrency = excluded.concurrency, rss_bytes = excluded.rss_bytes, cpu_percent = excluded.cpu_percent,
          sessions = excluded.sessions
    )
    insert into heartbeats (attempt_id, status, progress_percent, memory_bytes, cpu_percent)
      select attempts.id, attempts.state, line.progress, line.memory, line.cpu
        from json_to_recordset(?::json) as line (id text, progress smallint, memory bigint, cpu real)
        join attempts on attempts.id = line.id and attempts.worker_id = ? and attempts.state in ('running', 'paused')
      on conflict do nothing`,
    [id, hostname, pid, version, state, concurrency, rssBytes, cpuPercent, JSON.stringify(lines), id],
  );
}
