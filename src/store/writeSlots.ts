import type { Knex } from "knex";
import { nextPause } from "../domain/apiPause.ts";
import type { ApiPause } from "../domain/apiPause.ts";
import type { ApiLimit } from "../domain/apiRequest.ts";
import type { WriteTurns } from "../domain/writePace.ts";

/** The time of whoever asks; null for the database's, which is the same for all workers. */
export type Asked = Date | null;

interface SlotRow {
  readonly next_at: Date;
  readonly created: Date[];
  readonly now: Date;
}

/**
 * Lets `decide` take a turn while nobody else can, and keeps the turns as it leaves them; null leaves them as they are.
 * Commits at once: a turn that is taken stays taken, whatever becomes of the write.
 */
export async function updateTurns<T>(
  db: Knex,
  { installationId, at }: { readonly installationId: number; readonly at: Asked },
  decide: (turns: WriteTurns, now: Date) => { readonly turns: WriteTurns | null; readonly decision: T },
): Promise<T> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.raw<{ rows: SlotRow[] }>(
      `insert into write_slots (installation_id, next_at)
         values (:installationId, coalesce(:at::timestamptz, clock_timestamp()))
         on conflict (installation_id) do update set installation_id = excluded.installation_id
         returning next_at, created, coalesce(:at::timestamptz, clock_timestamp()) as now`,
      { installationId, at },
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`taking a turn of installation ${installationId} gave no row`);
    const { turns, decision } = decide({ nextAt: row.next_at, created: row.created }, row.now);
    if (turns !== null)
      await tx("write_slots")
        .where({ installation_id: installationId })
        .update({ next_at: turns.nextAt, created: turns.created });
    return decision;
  });
}

/** What an installation has to wait for, by resource: in milliseconds from now. Empty when GitHub wants no pause. */
export async function pausesOf(
  db: Knex,
  { installationId, at }: { readonly installationId: number; readonly at: Asked },
): Promise<ReadonlyMap<ApiLimit["resource"], number>> {
  const { rows } = await db.raw<{ rows: { resource: ApiLimit["resource"]; wait_ms: number }[] }>(
    `select resource, extract(epoch from until - now)::float8 * 1000 as wait_ms
       from api_pauses, coalesce(:at::timestamptz, clock_timestamp()) as now
      where installation_id = :installationId and until > now`,
    { installationId, at },
  );
  return new Map(rows.map(({ resource, wait_ms: waitMs }) => [resource, waitMs]));
}

/** Notes a pause that GitHub asked for. */
export async function savePause(
  db: Knex,
  { installationId, at }: { readonly installationId: number; readonly at: Asked },
  limit: ApiLimit,
): Promise<void> {
  await db.transaction(async (tx) => {
    const key = { installation_id: installationId, resource: limit.resource };
    const { rows } = await tx.raw<{ rows: { now: Date }[] }>(
      "select coalesce(?::timestamptz, clock_timestamp()) as now",
      [at],
    );
    const known = await tx<ApiPause>("api_pauses").where(key).forUpdate().first("until", "untold");
    const pause = nextPause(known ?? null, limit, rows[0]?.now ?? new Date());
    await tx("api_pauses")
      .insert({ ...key, ...pause })
      .onConflict(["installation_id", "resource"])
      .merge();
  });
}
