import type { Knex } from "knex";
import type { RunId } from "../../src/domain/ids.ts";

/** Rows of two repositories with runs in several states, written straight into the tables. */
export async function insertRows(db: Knex): Promise<void> {
  await db.raw(`
    insert into repositories (id, installation_id, owner, name, is_private, default_branch)
    values (101, 7, 'acme', 'widget', false, 'main'), (102, 7, 'Acme', 'Gadget', false, 'main');

    insert into runs (id, repository_id, issue_number, title, body, requester, state, state_detail, ended_at, created_at)
    values ('42-aaaaaaaa', 101, 42, 'Greet', '', 'alice', 'failed', '{"reason": "environment", "message": "no", "problems": []}', now(), '2026-01-01'),
           ('42-abbbbbbb', 101, 42, 'Greet', '', 'alice', 'queued', '{}', null, '2026-01-02'),
           ('42-cccccccc', 102, 42, 'Polish', '', 'alice', 'planning', '{}', null, '2026-01-03'),
           ('7-dddddddd', 102, 7, 'Wait', '', 'bob', 'cancelled', '{"by": "bob", "why": "command"}', now(), '2026-01-04');

    insert into phases (id, run_id, ordinal, plan, state, state_detail, category, failures)
    values ('42-abbbbbbb.1', '42-abbbbbbb', 1, '{}', 'complete', jsonb_build_object('sha', repeat('b', 40), 'landing', 1), 'docs', '[]'),
           ('42-abbbbbbb.2', '42-abbbbbbb', 2, '{}', 'building', '{}', 'docs',
            '[{"class": "checks", "errorKey": "boom", "tree": "t1"}, {"class": "checks", "errorKey": "boom", "tree": "t2"},
              {"class": "agent", "errorKey": "gone", "tree": null}]'),
           ('42-abbbbbbb.3', '42-abbbbbbb', 3, '{}', 'failed', '{"reason": "no", "cause": "phases_failed"}', 'docs', '[]');

    insert into attempts (id, phase_id, number, role, state, usage, started_at, finished_at, failure_class, failure_message)
    values ('42-abbbbbbb.1.1', '42-abbbbbbb.1', 1, 'builder', 'completed', '{"inputTokens": 100, "outputTokens": 20, "costUsd": 0.5}',
            '2026-01-02T10:00:00Z', '2026-01-02T10:00:12Z', null, null),
           ('42-abbbbbbb.2.1', '42-abbbbbbb.2', 1, 'builder', 'failed', '{"inputTokens": 1, "outputTokens": 2, "costUsd": 0.25}',
            '2026-01-02T23:59:00Z', '2026-01-03T00:01:00Z', 'agent', 'no'),
           ('42-abbbbbbb.2.2', '42-abbbbbbb.2', 2, 'builder', 'running', null, '2026-01-03T00:02:00Z', null, null, null);

    insert into waves (run_id, number, tier, phases, state, base_sha, started_at, ended_at)
    values ('42-abbbbbbb', 1, 1, '{1}', 'completed', repeat('a', 40), now(), now()),
           ('42-abbbbbbb', 2, 1, '{3,2}', 'running', repeat('b', 40), now(), null),
           ('42-abbbbbbb', 3, 2, '{4}', 'pending', null, null, null);

    insert into ledger_entries (repository_id, run_id, issue_number, phase_id, tier, purpose, key, state, tokens, cost_micros, milliseconds,
      ci_runs, created_at, settled_at)
    values (101, '42-abbbbbbb', 42, '42-abbbbbbb.1', 1, 'ci', 'one', 'settled', 120, 500000, 12000, 1, '2026-01-02T23:59:59Z', now()),
           (101, '42-abbbbbbb', 42, '42-abbbbbbb.2', 1, 'ci', 'two', 'reserved', 3, 250000, 500, 0, '2026-01-02T00:00:00Z', null),
           (101, '42-aaaaaaaa', 42, null, null, 'ci', 'three', 'settled', 1000, 0, 0, 0, '2026-01-01T23:59:59Z', now());
  `);
}

export const RUN = "42-abbbbbbb" as RunId;
