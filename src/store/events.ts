import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";

/** Longer payloads are cut (domain: payloads of at most 4096 characters inline). */
const MAX_PAYLOAD = 4096;

export interface HistoryLine {
  readonly seq: number;
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** Adds a line to a run's history. Its number is given by the database, so that the history has no gaps. */
export async function appendEvent(tx: Knex, runId: RunId, event: { readonly kind: string }): Promise<void> {
  const { kind, ...rest } = event;
  const whole = JSON.stringify(rest);
  const truncated = whole.length > MAX_PAYLOAD;
  const payload = truncated ? JSON.stringify({ ...shortFields(rest), head: whole.slice(0, MAX_PAYLOAD / 2) }) : whole;
  await tx("events").insert({ run_id: runId, kind, payload, payload_truncated: truncated });
}

/** Ids and other short values, so that a cut line still says what it is about. */
function shortFields(payload: object): object {
  return Object.fromEntries(
    Object.entries(payload).filter(([, value]) => typeof value === "string" && value.length <= 100),
  );
}

export async function historyOf(db: Knex, runId: RunId): Promise<readonly HistoryLine[]> {
  const rows = await db("events")
    .where({ run_id: runId })
    .orderBy("seq")
    .select("seq", "kind", "payload", "created_at as at");
  return rows;
}
