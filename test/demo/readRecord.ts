import type { Knex } from "knex";
import type { BacklogFacts, PhaseFacts, RecordFacts, TierFacts, WaveFacts } from "./facts.ts";

interface BuilderRow {
  readonly ordinal: number;
  readonly started: number;
  readonly finished: number;
}

/** Reads from the tables what became of an issue's run. Throws when there is none. */
export async function readRecord(db: Knex, issue: number): Promise<RecordFacts> {
  const run = await db("runs").where({ issue_number: issue }).first<RecordFacts["run"] | undefined>("id", "state");
  if (run === undefined) throw new Error(`reading the run of issue #${issue}: there is none`);
  const { rows: phases } = await db.raw<{ rows: PhaseFacts[] }>(
    `select plan->>'title' as title, state, state_detail->>'sha' as sha, retry_attempt as failures, revision_epoch as revisions,
            (select count(*)::int from attempts where phase_id = phases.id and role = 'builder') as builders,
            coalesce((select jsonb_array_length(jsonb_path_query_array(results, '$[*] \\? (@.verdict == "passed")'))
                        from acceptance_results where phase_id = phases.id
                       order by created_at desc limit 1), 0) as validators
       from phases where run_id = ? order by ordinal`,
    [run.id],
  );
  const { rows: builders } = await db.raw<{ rows: BuilderRow[] }>(
    `select ordinal, extract(epoch from started_at)::float8 as started, extract(epoch from finished_at)::float8 as finished
       from attempts join phases on phases.id = phase_id
      where run_id = ? and role = 'builder' and finished_at is not null`,
    [run.id],
  );
  const waves = await db("waves").where({ run_id: run.id }).orderBy("number").select<WaveFacts[]>("phases", "state");
  return {
    run,
    tiers: await db("tiers")
      .where({ run_id: run.id })
      .orderBy("ordinal")
      .select<TierFacts[]>("title", "state", "cleanliness"),
    waves: waves.map((wave) => ({
      ...wave,
      phases: wave.phases.toSorted((left, right) => left - right),
      sideBySide: mostAtOnce(builders.filter(({ ordinal }) => wave.phases.includes(ordinal))),
    })),
    phases,
    spend: await readSpend(db, run.id),
    backlog: await db("backlog").orderBy("key").select<BacklogFacts[]>("title", "path", "severity", "status"),
  };
}

async function readSpend(db: Knex, runId: string): Promise<RecordFacts["spend"]> {
  const { rows } = await db.raw<{ rows: RecordFacts["spend"][] }>(
    `select coalesce(sum(tokens), 0)::float8 as tokens, coalesce(sum(cost_micros), 0)::float8 / 1000000 as "costUsd"
       from ledger_entries where run_id = ? and state = 'settled'`,
    [runId],
  );
  return rows[0] ?? { tokens: 0, costUsd: 0 };
}

/** The most of them that were at work at one moment: one of those at which somebody began. */
function mostAtOnce(builders: readonly BuilderRow[]): number {
  const moments = builders.map(
    ({ started: now }) => builders.filter(({ started, finished }) => started <= now && now < finished).length,
  );
  return Math.max(0, ...moments);
}
