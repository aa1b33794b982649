import type { Knex } from "knex";
import type { Amounts } from "../domain/budget/budget.ts";
import type { AttemptId, PhaseId, RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { toColumns } from "./ledgerAmounts.ts";

/** What something was reserved for. `investigation`: an attempt too, but not out of its phase's budget. */
export type Purpose = "attempt" | "ci" | "investigation";

interface Entry {
  readonly key: string;
  readonly state: "reserved" | "settled" | "released";
  readonly granted: Amounts;
}

/** What one attempt or CI run reserves. `tier` and `phaseId` are both null for work on the run as a whole. */
interface Reservation {
  readonly run: Run;
  readonly phaseId: PhaseId | null;
  readonly tier: number | null;
  readonly purpose: Purpose;
  readonly key: string;
  readonly granted: Amounts;
}

/** Makes everybody who reserves for this repository wait until `tx` ends: caps of an issue and a day reach over its runs. */
export async function lockBudget(tx: Knex, repositoryId: number): Promise<void> {
  await tx.raw("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`budget:${repositoryId}`]);
}

export async function findEntry(db: Knex, key: string): Promise<Entry | null> {
  const row = await db<Entry>("ledger_entries").where({ key }).first("key", "state", "granted");
  return row ?? null;
}

/** Books a reservation. One that was released is taken up again, as of now. */
export async function insertReservation(tx: Knex, reservation: Reservation): Promise<void> {
  const { run, phaseId, tier, purpose, key, granted } = reservation;
  const booked = { state: "reserved", granted: JSON.stringify(granted), ...toColumns(granted) };
  await tx("ledger_entries")
    .insert({
      repository_id: run.repository.id,
      run_id: run.id,
      issue_number: run.request.issueNumber,
      phase_id: phaseId,
      tier,
      attempt_id: purpose === "ci" ? null : (key as AttemptId),
      purpose,
      key,
      ...booked,
    })
    .onConflict("key")
    .merge({ ...booked, settled_at: null, created_at: tx.fn.now() });
}

/**
 * Puts what was used in the place of what was reserved, however much more that is.
 *
 * Once: settling again changes nothing. Who was released and reports all the same is settled, as it has been used.
 */
export async function settle(tx: Knex, { key, used }: { readonly key: string; readonly used: Amounts }): Promise<void> {
  await tx("ledger_entries")
    .where({ key })
    .whereNot({ state: "settled" })
    .update({ state: "settled", settled_at: tx.fn.now(), running_since: null, ...toColumns(used) });
}

/** Gives a reservation back of which nothing was used. What is settled stays. */
export async function release(tx: Knex, key: string): Promise<void> {
  await released(tx, tx("ledger_entries").where({ key }));
}

/** A run, or a phase of it, has one CI run at a time: what an earlier one has reserved and never reported is given back. */
export async function releaseEarlierChecks(
  tx: Knex,
  { runId, phaseId }: { readonly runId: RunId; readonly phaseId: PhaseId | null },
): Promise<void> {
  await released(tx, tx("ledger_entries").where({ run_id: runId, phase_id: phaseId, purpose: "ci" }));
}

/**
 * Gives back what is reserved for work that nobody does any more: an attempt that ended before its reservation was booked,
 * a check of a phase or a run that is not being checked. How many there were.
 */
export async function releaseStale(db: Knex): Promise<number> {
  const stale = db("ledger_entries").whereRaw(
    `(exists (select from attempts where attempts.id = attempt_id and finished_at is not null)
      or (purpose = 'ci' and phase_id is null
          and exists (select from runs where runs.id = run_id and runs.state <> 'verifying'))
      or (purpose = 'ci' and phase_id is not null
          and exists (select from phases where phases.id = phase_id and phases.state <> 'checking')))`,
  );
  return released(db, stale);
}

/**
 * Books the distinct minor findings of a run, one each; a key that is known in the run counts no second time.
 *
 * They count at the run and its issue, not at a phase or tier: whether a tier is clean is judged when it ends.
 */
export async function recordFindings(tx: Knex, run: Run, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const rows = [...new Set(keys)].map((key) => ({
    repository_id: run.repository.id,
    run_id: run.id,
    issue_number: run.request.issueNumber,
    purpose: "finding",
    key: `finding/${run.id}/${key}`,
    state: "settled",
    settled_at: tx.fn.now(),
    findings: 1,
  }));
  await tx("ledger_entries").insert(rows).onConflict("key").ignore();
}

async function released(tx: Knex, entries: Knex.QueryBuilder): Promise<number> {
  const nothing = { ...toColumns({}), state: "released", settled_at: tx.fn.now(), running_since: null };
  return entries.andWhere({ state: "reserved" }).update(nothing);
}
