import type { Knex } from "knex";
import type { RunId, Sha } from "../domain/ids.ts";
import type { WaveState } from "../domain/waves/wave.ts";

/** How a wave stands, by its phases. */
export interface WaveSummary {
  readonly number: number;
  readonly tier: number;
  readonly state: WaveState;
  readonly base: Sha | null;
  /** Ordinals. */
  readonly phases: readonly number[];
  readonly complete: number;
  readonly failed: number;
  /** Phases with an attempt that has not ended. */
  readonly atWork: number;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** The waves of a run by number, each with how far its phases are. */
export async function waveSummariesOf(db: Knex, runId: RunId): Promise<readonly WaveSummary[]> {
  const { rows } = await db.raw<{ rows: WaveSummary[] }>(
    `select waves.number, waves.tier, waves.state, waves.base_sha as base, waves.phases,
            waves.started_at as "startedAt", waves.ended_at as "endedAt",
            (count(*) filter (where phases.state = 'complete'))::int as complete,
            (count(*) filter (where phases.state = 'failed'))::int as failed,
            count(attempts.id)::int as "atWork"
       from waves
       left join phases on phases.run_id = waves.run_id and phases.ordinal = any (waves.phases)
       left join attempts on attempts.phase_id = phases.id and attempts.finished_at is null
      where waves.run_id = ?
      group by waves.run_id, waves.number
      order by waves.number`,
    [runId],
  );
  return rows;
}
