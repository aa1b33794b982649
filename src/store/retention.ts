import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import { ifUnlocked, sweepLock } from "./lock.ts";
import { enqueue } from "./queue.ts";
import { branchesDue, RETENTION_KINDS, retentionRules } from "./retentionRules.ts";
import type { RetentionKind, RetentionLimits, RetentionRule } from "./retentionRules.ts";
import type { Store } from "./store.ts";

/** How many rows of each kind were deleted, or would be; for `branches`, how many were given to be deleted. */
export type RetentionCounts = Readonly<Record<RetentionKind, number>>;

/** Counts what a sweep would delete now. Changes nothing. */
export async function countDue(db: Knex, limits: RetentionLimits): Promise<RetentionCounts> {
  const rules = retentionRules(limits);
  const counts: [RetentionKind, number][] = [];
  for (const kind of RETENTION_KINDS) {
    const rule = kind === "branches" ? branchesDue(limits) : rules[kind];
    counts.push([kind, await countRule(db, rule)]);
  }
  return Object.fromEntries(counts) as RetentionCounts;
}

/**
 * Deletes what was kept long enough, in batches that each commit for themselves. Null when another process is at it.
 *
 * Safe to repeat and to interrupt. Branches are not deleted here: a job is enqueued for each, once.
 */
export async function sweepRetention(store: Store, limits: RetentionLimits): Promise<RetentionCounts | null> {
  const rules = retentionRules(limits);
  return ifUnlocked(store.knex, sweepLock("retention"), async () => {
    const counts: [RetentionKind, number][] = [];
    for (const kind of RETENTION_KINDS) {
      const count = kind === "branches" ? await sweepBranches(store, limits) : await sweepRows(store.knex, rules[kind]);
      counts.push([kind, count]);
    }
    return Object.fromEntries(counts) as RetentionCounts;
  });
}

async function countRule(db: Knex, { table, due, bindings }: RetentionRule): Promise<number> {
  const { rows } = await db.raw<{ rows: [{ count: number }] }>(`select count(*) as count from ${table} where ${due}`, [
    ...bindings,
  ]);
  return rows[0].count;
}

async function inBatches({ batch }: RetentionRule, once: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await once();
    total += count;
    if (count < batch) return total;
  }
}

async function sweepRows(db: Knex, rule: RetentionRule): Promise<number> {
  return inBatches(rule, async () => deleteBatch(db, rule));
}

/** Rows that somebody else holds are left for the next sweep. */
async function deleteBatch(db: Knex, { table, due, bindings, batch }: RetentionRule): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `delete from ${table} where ctid = any(array(select ctid from ${table} where (${due}) limit ${batch} for update skip locked))`,
    [...bindings],
  );
  return rowCount;
}

async function sweepBranches(store: Store, limits: RetentionLimits): Promise<number> {
  const rule = branchesDue(limits);
  return inBatches(rule, async () => store.knex.transaction(async (tx) => giveBranchesAway(store, tx, rule)));
}

async function giveBranchesAway(store: Store, tx: Knex, { due, bindings, batch }: RetentionRule): Promise<number> {
  const { rows } = await tx.raw<{ rows: { id: RunId }[] }>(
    `update runs set branch_swept_at = now() where id = any(array(
      select id from runs where ${due} order by ended_at limit ${batch} for update skip locked)) returning id`,
    [...bindings],
  );
  for (const { id } of rows) await enqueue(store, tx, { kind: "delete_branch", runId: id });
  return rows.length;
}

/**
 * Whether the branch of a run was given to be deleted since the run ended. Not any more once the run was taken up again.
 */
export async function isBranchSwept(db: Knex, runId: RunId): Promise<boolean> {
  const row = await db("runs").where({ id: runId }).whereRaw("branch_swept_at >= ended_at").first("id");
  return row !== undefined;
}
