import type { Knex } from "knex";
import type { RunId } from "../src/domain/ids.ts";

/** Lines of history a run has. */
const LINES = 50;

/** Runs that are under way at one time, however many there were before. */
const LIVE = 20;

/** What a query is asked about. */
export interface Subject {
  readonly runId: RunId;
  readonly repositoryId: number;
  readonly issueNumber: number;
  readonly pullNumber: number;
  readonly owner: string;
  readonly name: string;
  /** On which attempts of the run began. */
  readonly day: Date;
}

/** Runs to ask about, from all over the history. */
export interface Sample {
  /** Any number will do. */
  at(index: number): Subject;
}

/**
 * Fills an empty database with so many lines of history and the runs, phases and attempts they would belong to: 200 runs
 * and day, 200 a repository, two an issue.
 *
 * With triggers and foreign keys off, which would number a million lines one by one; the rows are what they would be.
 */
export async function fillHistory(db: Knex, events: number): Promise<void> {
  const runs = Math.ceil(events / LINES);
  await db.raw("set session_replication_role = replica");
  for (const statement of statements(runs)) await db.raw(statement);
  await db.raw("set session_replication_role = origin");
  await db.raw("vacuum analyze");
}

const BASE = "repeat('a', 40)";
const HEAD = "repeat('b', 40)";

function statements(runs: number): readonly string[] {
  return [
    `insert into repositories (id, installation_id, owner, name, is_private, default_branch)
     select n, 7, 'owner' || n % 10, 'repository' || n, false, 'main' from generate_series(0, ${Math.ceil(runs / 200)}) n`,
    // Live ones last, each of an issue of its own. Round numbers would make neighbours of what has nothing in common.
    `create table numbered as
     select n, n % ${Math.ceil(runs / 200)} as repository, n > ${runs - LIVE} as live, n % 7 = 0 as failed,
            case when n > ${runs - LIVE} then n else (n + 1) / 2 end as issue,
            now() - (${runs} - n) * interval '432 seconds' as at
       from generate_series(1, ${runs}) n`,
    "alter table numbered add column id text",
    "update numbered set id = issue || '-' || substr(md5(n::text), 1, 8)",
    `insert into runs (id, repository_id, issue_number, title, body, requester, state, state_detail, settings, strategy, config_hash,
       base_branch, base_sha, plan, head_sha, pull_number, pull_node_id, pull_draft, event_count, created_at, updated_at, ended_at)
     select id, repository, issue, 'Run ' || n, repeat('What is wanted. ', 40), 'alice',
            case when live then 'building' when failed then 'failed' else 'promoted' end,
            case when failed and not live then '{"reason": "phases_failed", "message": "no", "problems": []}'::jsonb else '{}' end,
            jsonb_build_object('baseBranch', 'main', 'filler', repeat('x', 1000)), jsonb_build_object('hash', repeat('d', 64)), 'cafe',
            'main', ${BASE}, jsonb_build_object('source', 'issue', 'phases', '[]'::jsonb), ${HEAD},
            n, 'PR_' || n, false, ${LINES}, at, at, case when live then null else at + interval '20 minutes' end
       from numbered`,
    `insert into phases (id, run_id, ordinal, plan, state, state_detail, category, failures, evidence)
     select id || '.' || p, id, p, '{"title": "A phase"}',
            case when live and p = 3 then 'building' else 'complete' end,
            case when live and p = 3 then '{}' else jsonb_build_object('sha', ${HEAD}, 'landing', p) end, 'docs',
            case when p = 3 then '[{"class": "checks", "errorKey": "boom", "tree": "t1"}]'::jsonb else '[]' end,
            jsonb_build_array(jsonb_build_object('gate', 'ci', 'tail', repeat('x', 500)))
       from numbered cross join generate_series(1, 3) p`,
    `insert into attempts (id, phase_id, number, role, state, usage, started_at, finished_at, failure_class, failure_message)
     select id || '.' || p || '.' || a, id || '.' || p, a, case a when 3 then 'auditor' else 'builder' end,
            case when a = 1 then 'failed' when live and p = 3 and a = 3 then 'running' else 'completed' end,
            '{"inputTokens": 1000, "outputTokens": 100, "costUsd": 0.1, "turns": 3}', at + p * interval '5 minutes' + a * interval '1 minute',
            case when live and p = 3 and a = 3 then null else at + p * interval '5 minutes' + (a + 1) * interval '1 minute' end,
            case a when 1 then 'agent' end, case a when 1 then 'exited with 1' end
       from numbered cross join generate_series(1, 3) p cross join generate_series(1, 3) a`,
    `insert into tiers (run_id, ordinal, title, state) select id, 1, 'Core', 'in_progress' from numbered`,
    `insert into waves (run_id, number, tier, phases, state, base_sha, started_at, ended_at)
     select id, w, 1, case w when 1 then '{1,2}'::int[] else '{3}' end, case when live and w = 2 then 'running' else 'completed' end,
            ${BASE}, at, case when live and w = 2 then null else at end
       from numbered cross join generate_series(1, 2) w`,
    `insert into gates (run_id, gate, sha, conclusion, evidence)
     select id, gate, ${HEAD}, 'success', jsonb_build_object('gate', gate)
       from numbered cross join unnest(array['preflight', 'ci', 'audit']) gate`,
    `insert into approvals (run_id, sha, login) select id, ${HEAD}, 'bob' from numbered`,
    `insert into checkpoints (run_id, phase_id, sha, landing)
     select id, id || '.' || p, ${HEAD}, p from numbered cross join generate_series(1, 3) p where not (live and p = 3)`,
    `insert into ledger_entries (repository_id, run_id, issue_number, phase_id, tier, attempt_id, purpose, key, state, tokens, cost_micros,
       turns, milliseconds, ran_ms, created_at, settled_at)
     select repository, id, issue, id || '.' || p, 1, id || '.' || p || '.' || a, 'attempt', id || '.' || p || '.' || a, 'settled',
            1100, 100000, 3, 60000, 60000, at, at
       from numbered cross join generate_series(1, 3) p cross join generate_series(1, 3) a`,
    `insert into events (run_id, seq, kind, payload, created_at)
     select id, seq, case seq % 5 when 0 then 'checks_failed' when 1 then 'attempt_started' else 'attempt_failed' end,
            jsonb_build_object('attemptId', id || '.1.1', 'message', repeat('some words of a message ', 10)), at + seq * interval '20 seconds'
       from numbered cross join generate_series(1, ${LINES}) seq`,
  ];
}

/** A hundred runs, spread evenly, and of each what a query may be asked by. */
export async function sampleOf(db: Knex): Promise<Sample> {
  const { rows } = await db.raw<{ rows: Subject[] }>(
    `select numbered.id as "runId", repository as "repositoryId", issue as "issueNumber", n as "pullNumber", owner, name, at as day
       from numbered join repositories on repositories.id = repository
      where n % (select greatest(1, count(*) / 100) from numbered) = 0 order by md5(n::text)`,
  );
  return {
    at(index) {
      const subject = rows[index % rows.length];
      if (subject === undefined) throw new Error("the history is empty");
      return subject;
    },
  };
}
