import type { Knex } from "knex";
import { readTarget } from "./publications.ts";
import type { CheckName } from "../domain/externalId.ts";
import type { RunId, Sha } from "../domain/ids.ts";

/** A check run of a run that was left in progress, or in the making. */
export interface OpenCheck {
  readonly runId: RunId;
  readonly check: CheckName;
  readonly sha: Sha;
  /** For how long neither the run nor the check run has moved, in milliseconds. */
  readonly idleMs: number;
}

/** Found in one look. What is left is found by the next. */
const BATCH = 200;

/**
 * Check runs that nobody is at work on: those of runs that have ended, and of commits that a run has moved past. Only such as
 * have not moved for `idleMs`; the projection that every change of a run calls for concludes the others.
 */
export async function openChecks(db: Knex, { idleMs }: { readonly idleMs: number }): Promise<readonly OpenCheck[]> {
  const { rows } = await db.raw<{ rows: { run_id: RunId; target: string; idle_ms: number }[] }>(
    `select run_id, target, (extract(epoch from now() - moved_at) * 1000)::float8 as idle_ms
       from publications
       join runs on runs.id = publications.run_id,
       lateral (select greatest(coalesce(published_at, begun_at), runs.updated_at) as moved_at) as moved
      where target like 'check:%' and (digest is null or digest like 'in_progress:%')
        and (runs.ended_at is not null or split_part(target, ':', 3) is distinct from runs.head_sha)
        and moved_at < now() - make_interval(secs => ?)
      order by moved_at
      limit ${BATCH}`,
    [idleMs / 1000],
  );
  return rows.flatMap(({ run_id: runId, target, idle_ms: idle }) => {
    const place = readTarget(target);
    return place === null ? [] : [{ runId, ...place, idleMs: idle }];
  });
}
