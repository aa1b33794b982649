import type { Knex } from "knex";
import type { AttemptRole } from "../domain/attempt.ts";
import type { AttemptId, RunId } from "../domain/ids.ts";

/** Seconds without a heartbeat after which a worker is given up: three that are missing. */
const STALE_SECONDS = 15;

/** A worker's own line of a heartbeat. */
export interface WorkerPulse {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly state: "up" | "draining";
  /** Jobs of each long kind it runs at one time. */
  readonly concurrency: number;
  readonly rssBytes: number;
  /** Of one core; more than 100 where it uses several. */
  readonly cpuPercent: number;
}

/** An attempt that its worker has taken up and not ended. */
export interface OwnedAttempt {
  readonly runId: RunId;
  readonly attemptId: AttemptId;
  readonly workerId: string;
}

export interface ListedWorker {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly state: "up" | "draining" | "gone";
  /** It is not gone, and its heartbeat is missing: somebody is about to take its work over. */
  readonly stale: boolean;
  readonly heartbeatAgeSeconds: number;
  readonly startedAt: string;
  readonly concurrency: number;
  readonly rssBytes: number;
  readonly cpuPercent: number;
  readonly attempts: readonly ListedAttempt[];
}

export interface ListedAttempt {
  readonly id: AttemptId;
  readonly role: AttemptRole;
  /** As of its newest heartbeat, and null before that. */
  readonly progressPercent: number | null;
  readonly memoryBytes: number | null;
  readonly cpuPercent: number | null;
}

/** Columns of a pulse. The sessions are those whose name ends like that of the session that writes this. */
export const PULSE_COLUMNS = `id, hostname, pid, version, state, concurrency, rss_bytes, cpu_percent, sessions`;

/** Notes that a worker has ended by itself. What it may have left is free to be taken over at once. */
export async function leaveWorker(db: Knex, id: string): Promise<void> {
  await db.raw("update workers set state = 'gone', gone_at = now() where id = ? and state <> 'gone'", [id]);
}

/** Gives up workers whose heartbeat is missing, by the database's clock. Gives their ids. */
export async function giveUpWorkers(db: Knex): Promise<readonly string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(`
    update workers set state = 'gone', gone_at = now()
      where state <> 'gone' and heartbeat_at < now() - interval '${STALE_SECONDS} seconds' returning id`);
  return rows.map(({ id }) => id);
}

/**
 * Ends those sessions of workers that were given up which hold something (a transaction, a lock) or wait for it, so that
 * others get on. Gives how many.
 *
 * Only those that were silent for as long as a heartbeat may be missing: who has confirmed a lock relies on keeping it that
 * long, also when it was given up and has just come back.
 */
export async function endSessions(db: Knex, silentSeconds: number = STALE_SECONDS): Promise<number> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select pg_terminate_backend(activity.pid) from workers join pg_stat_activity activity
        on activity.application_name like 'autopack%/' || workers.sessions and activity.datname = current_database()
      where workers.state = 'gone' and activity.state <> 'idle'
        and activity.state_change < clock_timestamp() - make_interval(secs => ?)`,
    [silentSeconds],
  );
  return rows.length;
}

/**
 * Running attempts whose worker is not there any more; paused ones wait for nobody but their time. To have started one is a sign of life too, so that a worker that was given up
 * and is back keeps what it has taken up since.
 */
export async function findOrphans(db: Knex): Promise<readonly OwnedAttempt[]> {
  const { rows } = await db.raw<{ rows: OwnedAttempt[] }>(`
    select phases.run_id as "runId", attempts.id as "attemptId", attempts.worker_id as "workerId"
      from attempts join phases on phases.id = attempts.phase_id left join workers on workers.id = attempts.worker_id
      where attempts.state = 'running'
        and (greatest(workers.heartbeat_at, attempts.started_at) < now() - interval '${STALE_SECONDS} seconds'
          or attempts.started_at < workers.gone_at)
      order by attempts.started_at`);
  return rows;
}

/** Workers that live, and those that went within the last day; the newest first. */
export async function listWorkers(db: Knex): Promise<readonly ListedWorker[]> {
  const { rows } = await db.raw<{ rows: ListedWorker[] }>(`
    select id, hostname, pid, version, state, concurrency, rss_bytes as "rssBytes", cpu_percent as "cpuPercent",
        state <> 'gone' and heartbeat_at < now() - interval '${STALE_SECONDS} seconds' as stale,
        round(extract(epoch from now() - heartbeat_at))::integer as "heartbeatAgeSeconds",
        to_char(started_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "startedAt",
        array(select json_build_object('id', attempts.id, 'role', role,
            'progressPercent', newest.progress_percent, 'memoryBytes', newest.memory_bytes, 'cpuPercent', newest.cpu_percent)
          from attempts left join lateral (
            select * from heartbeats where attempt_id = attempts.id order by at desc limit 1
          ) newest on true
          where attempts.state = 'running' and worker_id = workers.id order by attempts.id) as attempts
      from workers order by state = 'gone', started_at desc, id`);
  return rows;
}
