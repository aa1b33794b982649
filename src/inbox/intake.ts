import { DatabaseError } from "pg";
import type { Store } from "../store/store.ts";
import { receive } from "./receive.ts";
import type { IncomingDelivery, Storage } from "./receive.ts";

/**
 * The answer to one delivery. `refused` will fail again whenever it is sent; `overloaded` and `unavailable` are worth
 * another try, and nothing was stored for certain.
 */
export type Receipt =
  | { readonly kind: Storage }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "overloaded" }
  | { readonly kind: "unavailable"; readonly cause: unknown };

/** Takes deliveries in, one call each; answers when that delivery has committed, never before. */
export interface Intake {
  accept(delivery: IncomingDelivery): Promise<Receipt>;
}

export interface IntakeLimits {
  /** Deliveries that may wait for a transaction; more are answered `overloaded`. */
  readonly maxWaiting: number;
  /** Transactions at one time: while one waits for its commit, the next is being filled. */
  readonly maxWriters: number;
  /** A transaction takes a writer's share of what waits: at least `minBatch` where there are as many, at most `maxBatch`. */
  readonly minBatch: number;
  readonly maxBatch: number;
  /** Characters of payload in one transaction, unless a single delivery has more. */
  readonly maxBatchLength: number;
}

/** Measured with `npm run bench -- --only webhook_accept`: one writer of large batches leaves PostgreSQL idle half the time. */
const defaultLimits: IntakeLimits = {
  maxWaiting: 2000,
  maxWriters: 3,
  minBatch: 16,
  maxBatch: 128,
  maxBatchLength: 16 * 1024 * 1024,
};

interface Waiting {
  readonly delivery: IncomingDelivery;
  readonly answer: (receipt: Receipt) => void;
}

/**
 * Writes what arrives while transactions are under way together in the next one, so that the price of a commit is shared
 * under load and nobody waits when there is none.
 *
 * A batch that fails is tried again one by one: a delivery that PostgreSQL refuses takes no other down with it.
 */
export function openIntake(store: Store, limits: IntakeLimits = defaultLimits): Intake {
  let waiting: Waiting[] = [];
  let writers = 0;

  async function writeAll(): Promise<void> {
    writers += 1;
    while (waiting.length > 0) {
      const size = batchSize(waiting, limits);
      const batch = waiting.slice(0, size);
      waiting = waiting.slice(size);
      await writeBatch(store, batch);
    }
    writers -= 1;
  }

  return {
    accept: async (delivery) => {
      if (waiting.length >= limits.maxWaiting) return { kind: "overloaded" };
      return new Promise((answer) => {
        waiting.push({ delivery, answer });
        if (writers < limits.maxWriters) void writeAll();
      });
    },
  };
}

function batchSize(waiting: readonly Waiting[], limits: IntakeLimits): number {
  const share = Math.max(limits.minBatch, Math.ceil(waiting.length / limits.maxWriters));
  const most = Math.min(share, limits.maxBatch);
  let length = 0;
  const full = waiting.findIndex(({ delivery }, index) => {
    length += delivery.payload.length;
    return index === most || (index > 0 && length > limits.maxBatchLength);
  });
  return full === -1 ? waiting.length : full;
}

/** Never throws: whatever happens, everybody in the batch is answered. */
async function writeBatch(store: Store, batch: readonly Waiting[]): Promise<void> {
  try {
    const results = await receive(
      store,
      batch.map(({ delivery }) => delivery),
    );
    for (const [index, kind] of results.entries()) batch[index]?.answer({ kind });
  } catch (cause) {
    if (batch.length === 1) batch[0]?.answer(receiptOf(cause));
    else await writeOneByOne(store, batch, cause);
  }
}

async function writeOneByOne(store: Store, batch: readonly Waiting[], cause: unknown): Promise<void> {
  if (isOutage(cause)) {
    for (const { answer } of batch) answer({ kind: "unavailable", cause });
    return;
  }
  for (const one of batch) await writeBatch(store, [one]);
}

function receiptOf(cause: unknown): Receipt {
  if (isRefusal(cause)) return { kind: "refused", reason: "PostgreSQL cannot store this payload" };
  return { kind: "unavailable", cause };
}

/** PostgreSQL's classes 22 (data exception) and 54 (limit exceeded, as by deep nesting): the payload is to blame. */
function isRefusal(cause: unknown): boolean {
  return cause instanceof DatabaseError && /^(22|54)/.test(cause.code ?? "");
}

/** Not an answer of PostgreSQL to this statement, so the next one would fare no better. */
function isOutage(cause: unknown): boolean {
  return !(cause instanceof DatabaseError) || /^(08|53|57)/.test(cause.code ?? "");
}
