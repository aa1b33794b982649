import { setTimeout as delay } from "node:timers/promises";

/** Something did not come in time. */
export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

export interface Limit {
  readonly ms: number;
  /** What is being waited for, as in “starting PostgreSQL”. */
  readonly what: string;
}

/** Gives up waiting for `work` after a while, with a message. The work itself is not stopped. */
export async function within<T>({ ms, what }: Limit, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new TooSlow(`${what}: not done after ${ms / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}
