import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";

/**
 * Whether a label that somebody changed may be set right at once, and notes that it is: once a minute, so that two programs
 * that each insist do not go on for ever.
 */
export async function maySetRight(tx: Knex, runId: RunId, label: string): Promise<boolean> {
  const { rows } = await tx.raw<{ rows: unknown[] }>(
    `insert into publications (run_id, target, digest, published_at) values (?, ?, 'set right', now())
       on conflict (run_id, target) do update set published_at = now()
       where publications.published_at < now() - interval '1 minute'
       returning target`,
    [runId, `corrected:${label}`],
  );
  return rows.length === 1;
}
