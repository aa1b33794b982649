import type { AttemptRole } from "../domain/attempt.ts";
import type { AttemptId } from "../domain/ids.ts";

/** An attempt that somebody outside is asked to do. */
export interface ExternalOffer {
  readonly attemptId: AttemptId;
  readonly role: AttemptRole;
  readonly instructions: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** Wall-clock time from now on. */
  readonly timeoutMs: number;
  /** What lies on top of the base already, as a patch: earlier work to go on from, or the change to be judged. */
  readonly startingPatch: Uint8Array | null;
}

/** What somebody outside handed in. Untrusted. */
export interface ExternalResult {
  /** JSON; null where nothing but a patch was handed in. */
  readonly result: string | null;
  /** Of all that is changed against the base. */
  readonly patch: Uint8Array | null;
}

/** Where attempts wait for agents outside, and their results for whoever asked. */
export interface ExternalResults {
  /** Offering again is harmless. */
  offer(offer: ExternalOffer): Promise<void>;
  /** Waits for the result; null once `signal` aborts. */
  awaitResult(attemptId: AttemptId, signal: AbortSignal): Promise<ExternalResult | null>;
  /** Takes the offer back, where nothing was handed in for it. Safe to repeat. */
  withdraw(attemptId: AttemptId): Promise<void>;
}
