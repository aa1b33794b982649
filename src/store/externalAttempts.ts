import type { Knex } from "knex";
import type { AttemptRole } from "../domain/attempt.ts";
import type { AttemptId, RunId, Sha } from "../domain/ids.ts";

/** What an attempt that somebody outside may do looks like to them. */
export interface ExternalAttempt {
  readonly id: AttemptId;
  readonly runId: RunId;
  readonly role: AttemptRole;
  readonly state: ExternalState;
  /** Of the repository: `owner` and `name` as they are now. */
  readonly owner: string;
  readonly name: string;
  readonly issue: number;
  readonly base: Sha;
  readonly instructions: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly hasStartingPatch: boolean;
  readonly offeredAt: Date;
  readonly expiresAt: Date;
  readonly claimedBy: string | null;
  readonly submittedAt: Date | null;
}

/** `over`: nobody waits for it any more. */
export type ExternalState = "offered" | "claimed" | "submitted" | "over";

/** Why something about an attempt was not done. `current` is the attempt that has taken its place. */
export type ExternalRefusal =
  | { readonly kind: "unknown" }
  | { readonly kind: "over"; readonly current: AttemptId | null }
  | { readonly kind: "claimed"; readonly by: string }
  | { readonly kind: "submitted" };

interface Submission {
  readonly by: string;
  /** JSON. */
  readonly result: string | null;
  readonly patch: Uint8Array | null;
  /** SHA-256 of both: the same twice is harmless. */
  readonly digest: string;
}

interface Row {
  readonly finished_at: Date | null;
  readonly claimed_by: string | null;
  readonly withdrawn_at: Date | null;
  readonly digest: string | null;
  readonly run_id: RunId;
  readonly phase_id: string;
}

/** Offers an attempt; one that was offered before stays as it is. */
export async function offerExternally(
  db: Knex,
  offer: {
    readonly attemptId: AttemptId;
    readonly instructions: string;
    readonly context: unknown;
    readonly startingPatch: Uint8Array | null;
    readonly timeoutMs: number;
  },
): Promise<void> {
  const { attemptId, instructions, context, startingPatch, timeoutMs } = offer;
  await db("external_attempts")
    .insert({
      attempt_id: attemptId,
      instructions: storable(instructions),
      context: storable(JSON.stringify(context)).replaceAll("\\u0000", "\\ufffd"),
      starting_patch: startingPatch === null ? null : Buffer.from(startingPatch),
      expires_at: db.raw("now() + ? * interval '1 millisecond'", [timeoutMs]),
    })
    .onConflict("attempt_id")
    .ignore();
}

/** PostgreSQL's text holds no NUL. */
function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** The worker waits no more. What was handed in stays handed in. */
export async function withdrawExternally(db: Knex, id: AttemptId): Promise<void> {
  await db("external_attempts")
    .where({ attempt_id: id, submitted_at: null, withdrawn_at: null })
    .update({ withdrawn_at: db.fn.now() });
}

export async function externalResultOf(
  db: Knex,
  id: AttemptId,
): Promise<{ readonly result: string | null; readonly patch: Buffer | null } | null> {
  const row = await db("external_attempts")
    .where({ attempt_id: id })
    .whereNotNull("submitted_at")
    .first<{ result: unknown; patch: Buffer | null } | undefined>("result", "patch");
  if (row === undefined) return null;
  return { result: row.result === null ? null : JSON.stringify(row.result), patch: row.patch };
}

/** Attempts in one of these states, the oldest first. Those that are over are not listed. */
export async function externalAttempts(
  db: Knex,
  { states, limit }: { readonly states: readonly ExternalState[]; readonly limit: number },
): Promise<readonly ExternalAttempt[]> {
  const { rows } = await db.raw<{ rows: ExternalAttempt[] }>(
    `select * from (${SELECT} where attempts.finished_at is null and external.withdrawn_at is null) found
      where state = any(?) order by "offeredAt", id limit ?`,
    [[...states], limit],
  );
  return rows;
}

export async function findExternalAttempt(db: Knex, id: AttemptId): Promise<ExternalAttempt | null> {
  const { rows } = await db.raw<{ rows: ExternalAttempt[] }>(`${SELECT} where external.attempt_id = ?`, [id]);
  return rows[0] ?? null;
}

const SELECT = `
  select external.attempt_id as id, runs.id as "runId", attempts.role,
         case when external.submitted_at is not null then 'submitted'
              when external.withdrawn_at is not null or attempts.finished_at is not null then 'over'
              when external.claimed_by is not null then 'claimed' else 'offered' end as state,
         repositories.owner, repositories.name, runs.issue_number as issue,
         attempts.base_sha as base, external.instructions, external.context,
         external.starting_patch is not null as "hasStartingPatch", external.offered_at as "offeredAt",
         external.expires_at as "expiresAt", external.claimed_by as "claimedBy", external.submitted_at as "submittedAt"
    from external_attempts external
    join attempts on attempts.id = external.attempt_id
    join phases on phases.id = attempts.phase_id
    join runs on runs.id = phases.run_id
    join repositories on repositories.id = runs.repository_id`;

export async function startingPatchOf(db: Knex, id: AttemptId): Promise<Buffer | null> {
  const row = await db("external_attempts")
    .where({ attempt_id: id })
    .first<{ starting_patch: Buffer | null } | undefined>("starting_patch");
  return row?.starting_patch ?? null;
}

/** Claims an attempt for `by`, who may be its claimer already; with `takeOver` from whoever had it. Null when that was done. */
export async function claimExternally(
  db: Knex,
  id: AttemptId,
  { by, takeOver }: { readonly by: string; readonly takeOver: boolean },
): Promise<ExternalRefusal | null> {
  return db.transaction(async (tx) => {
    const row = await lockExternal(tx, id);
    const refusal = row === null ? UNKNOWN : await refusalOf(tx, row, takeOver ? null : by);
    if (refusal !== null) return refusal;
    await tx("external_attempts").where({ attempt_id: id }).update({ claimed_by: by, claimed_at: tx.fn.now() });
    return null;
  });
}

const UNKNOWN: ExternalRefusal = { kind: "unknown" };

/** Takes a result, once. The same again is `null` too, also when the attempt has ended by then. Gives the run to be told. */
export async function submitExternally(
  db: Knex,
  id: AttemptId,
  { by, result, patch, digest }: Submission,
): Promise<ExternalRefusal | { readonly kind: "taken"; readonly runId: RunId }> {
  return db.transaction(async (tx) => {
    const row = await lockExternal(tx, id);
    if (row === null) return UNKNOWN;
    if (row.digest === digest) return { kind: "taken", runId: row.run_id };
    const refusal = await refusalOf(tx, row, by);
    if (refusal !== null) return refusal;
    await tx("external_attempts")
      .where({ attempt_id: id })
      .update({ result, patch: patch === null ? null : Buffer.from(patch), digest, submitted_at: tx.fn.now() });
    return { kind: "taken", runId: row.run_id };
  });
}

async function lockExternal(tx: Knex, id: AttemptId): Promise<Row | null> {
  const { rows } = await tx.raw<{ rows: Row[] }>(
    `select attempts.finished_at, external.claimed_by, external.withdrawn_at, external.digest, phases.run_id, phases.id as phase_id
       from external_attempts external
       join attempts on attempts.id = external.attempt_id join phases on phases.id = attempts.phase_id
      where external.attempt_id = ? for update of external`,
    [id],
  );
  return rows[0] ?? null;
}

/** `by` null asks nothing of who has claimed it. */
async function refusalOf(tx: Knex, row: Row, by: string | null): Promise<ExternalRefusal | null> {
  if (row.digest !== null) return { kind: "submitted" };
  if (row.withdrawn_at !== null || row.finished_at !== null) {
    return { kind: "over", current: await currentAttempt(tx, row.phase_id) };
  }
  if (by !== null && row.claimed_by !== null && row.claimed_by !== by) return { kind: "claimed", by: row.claimed_by };
  return null;
}

async function currentAttempt(tx: Knex, phaseId: string): Promise<AttemptId | null> {
  const row = await tx("attempts")
    .where({ phase_id: phaseId, finished_at: null })
    .first<{ id: AttemptId } | undefined>("id");
  return row?.id ?? null;
}
