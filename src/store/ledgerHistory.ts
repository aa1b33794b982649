import type { Knex } from "knex";
import type { PastPhase } from "../domain/budget/quote.ts";
import type { Complexity } from "../domain/strategy/strategy.ts";

/** Phases that a quote looks back at. */
const LIMIT = 300;

/** Entries that hold so many phases: an attempt, a check and an audit for each, and twice that for those that fail. */
const ENTRIES_PER_PHASE = 10;

interface Row {
  readonly category: string;
  readonly complexity: Complexity | null;
  readonly tokens: number;
  readonly cost_micros: number;
  readonly milliseconds: number;
}

/**
 * What a repository's newest phases that landed or failed have used, each over all its attempts and checks.
 *
 * Reads as much however long the history is: the newest entries of the ledger, and the phases they belong to.
 */
export async function phaseHistory(db: Knex, repositoryId: number, limit = LIMIT): Promise<readonly PastPhase[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `with newest as (
       select phase_id, max(id) as id
         from (select id, phase_id from ledger_entries where repository_id = :repositoryId and phase_id is not null
                order by id desc limit :entries) as entries
        group by phase_id
     )
     select phases.category, phases.plan->>'complexity' as complexity, used.*
       from newest
       join phases on phases.id = newest.phase_id
      cross join lateral (
        select sum(tokens)::bigint as tokens, sum(cost_micros)::bigint as cost_micros, sum(milliseconds)::bigint as milliseconds
          from ledger_entries where phase_id = newest.phase_id
      ) as used
      where phases.state in ('complete', 'failed') and phases.ordinal > 0
      order by newest.id desc limit :limit`,
    { repositoryId, limit, entries: limit * ENTRIES_PER_PHASE },
  );
  return rows.map(({ cost_micros: micros, milliseconds, ...row }) => ({
    ...row,
    costUsd: micros / 1_000_000,
    seconds: milliseconds / 1000,
  }));
}
