import type { Knex } from "knex";
import type { AttemptId, RunId } from "../../src/domain/ids.ts";

/** A run as far as sweeps look at it; a live one is being planned. */
export interface RunRow {
  readonly id: RunId;
  readonly issue: number;
  readonly state?: "planning" | "failed" | "cancelled" | "no_changes";
  /** `now() - endedAgo`; only of one that has ended. */
  readonly endedAgo?: string;
  readonly head?: string | null;
}

export async function insertRun(db: Knex, row: RunRow): Promise<void> {
  const { id, issue, state = "planning", endedAgo = "0 s", head = "b".repeat(40) } = row;
  await db.raw(
    `insert into repositories (id, installation_id, owner, name, is_private, default_branch)
      values (101, 7, 'acme', 'widget', false, 'main') on conflict do nothing`,
  );
  await db("runs").insert({
    id,
    repository_id: 101,
    issue_number: issue,
    title: "Greet",
    body: "",
    requester: "alice",
    state,
    head_sha: head,
    // What a run that did not fail while it was planned has besides.
    ...(state === "no_changes" ? { settings: "{}", plan: "{}", base_sha: "a".repeat(40) } : {}),
    ended_at: state === "planning" ? null : db.raw("now() - ?::interval", [endedAgo]),
  });
}

export interface AttemptRow {
  readonly id: AttemptId;
  readonly run: RunId;
  readonly worker: string | null;
  readonly state?: "pending" | "running" | "paused" | "lost";
  readonly startedAgo?: string;
}

/** With a phase of its own, as a phase has one live attempt at a time. */
export async function insertAttempt(db: Knex, row: AttemptRow): Promise<void> {
  const { id, run, worker, state = "running", startedAgo = "1 minute" } = row;
  const phase = id.slice(0, id.lastIndexOf("."));
  const ordinal = Number(phase.slice(phase.lastIndexOf(".") + 1));
  await db("phases").insert({ id: phase, run_id: run, ordinal, plan: "{}", category: "docs" });
  await db("attempts").insert({
    id,
    phase_id: phase,
    number: Number(id.slice(id.lastIndexOf(".") + 1)),
    role: "builder",
    state,
    worker_id: worker,
    started_at: state === "pending" ? null : db.raw("now() - ?::interval", [startedAgo]),
    finished_at: state === "lost" ? db.fn.now() : null,
  });
}

export interface WorkerRow {
  readonly id: string;
  readonly state?: "up" | "draining" | "gone";
  /** `now() - silentFor`: when it was heard of last, and gave up when it is gone. */
  readonly silentFor?: string;
  readonly sessions?: string | null;
}

export async function insertWorker(db: Knex, row: WorkerRow): Promise<void> {
  const { id, state = "up", silentFor = "0 s", sessions = null } = row;
  const heard = db.raw("now() - ?::interval", [silentFor]);
  await db("workers").insert({
    id,
    hostname: "build-1",
    pid: 42,
    version: "0.1.0",
    sessions,
    state,
    concurrency: 4,
    rss_bytes: 2 ** 20,
    cpu_percent: 1,
    heartbeat_at: heard,
    gone_at: state === "gone" ? heard : null,
  });
}
