import type { Knex } from "knex";
import type { AttemptEvent } from "../domain/attemptEvent.ts";
import type { AttemptId } from "../domain/ids.ts";

/** Events of one attempt that are kept; then one notice says so. The database refuses more. */
export const MAX_ATTEMPT_EVENTS = 10_000;

const LAST_WORDS = { text: `Nothing more is kept: this attempt has more than ${MAX_ATTEMPT_EVENTS} events.` };

/** An event as it is to be stored: at most 4096 characters of payload, as PostgreSQL writes it. */
export interface NewAttemptEvent {
  readonly at: Date;
  readonly kind: AttemptEvent["kind"];
  readonly payload: Readonly<Record<string, unknown>>;
  readonly isTruncated: boolean;
}

export interface StoredAttemptEvent extends NewAttemptEvent {
  /** From 1, without gaps. */
  readonly seq: number;
}

/**
 * Appends events to an attempt, in one statement. Writers of the same attempt wait for each other, so numbers have no gaps. Events
 * of an attempt that is not there are let go.
 */
export async function appendAttemptEvents(
  db: Knex,
  attemptId: AttemptId,
  events: readonly NewAttemptEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await db.transaction(async (tx) => {
    const attempt = await tx("attempts").where({ id: attemptId }).forNoKeyUpdate().first("id");
    if (attempt === undefined) return;
    const last = await tx("attempt_events").where({ attempt_id: attemptId }).max<{ max: number | null }>("seq").first();
    const rows = numbered(events, last?.max ?? 0);
    if (rows.length === 0) return;
    await tx.raw(
      `insert into attempt_events (attempt_id, seq, at, kind, payload, payload_truncated)
        select ?, seq, at, kind, payload, truncated
          from jsonb_to_recordset(?::jsonb) as event (seq integer, at timestamptz, kind text, payload jsonb, truncated boolean)`,
      [attemptId, JSON.stringify(rows)],
    );
  });
}

interface Row {
  readonly seq: number;
  readonly at: Date;
  readonly kind: AttemptEvent["kind"];
  readonly payload: object;
  readonly truncated: boolean;
}

function numbered(events: readonly NewAttemptEvent[], last: number): readonly Row[] {
  const rows = events
    .slice(0, Math.max(0, MAX_ATTEMPT_EVENTS - last))
    .map(({ at, kind, payload, isTruncated }, index) => ({
      seq: last + index + 1,
      at,
      kind,
      payload,
      truncated: isTruncated,
    }));
  const next = last + rows.length + 1;
  const first = events[rows.length];
  if (first === undefined || next !== MAX_ATTEMPT_EVENTS + 1) return rows;
  return [...rows, { seq: next, at: first.at, kind: "notice", payload: LAST_WORDS, truncated: false }];
}

/** Events of an attempt after number `seq`, oldest first; from the start with 0. */
export async function attemptEventsAfter(
  db: Knex,
  attemptId: AttemptId,
  { seq, limit }: { readonly seq: number; readonly limit: number },
): Promise<readonly StoredAttemptEvent[]> {
  return db("attempt_events")
    .where({ attempt_id: attemptId })
    .where("seq", ">", seq)
    .orderBy("seq")
    .limit(limit)
    .select<StoredAttemptEvent[]>("seq", "at", "kind", "payload", "payload_truncated as isTruncated");
}
