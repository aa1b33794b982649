/** When the worker should try a failed job again. `later` leaves the delay to the queue. */
export type RetryInstruction = "never" | "later" | { readonly afterMs: number };

/** A failure this service foresaw. `retry` instructs the worker, so nobody matches on messages. */
export abstract class Failure extends Error {
  abstract readonly retry: RetryInstruction;
}

/** The world outside did not do its part: network, GitHub, git's remote, disk. Trying again may help. */
export class EnvironmentFailure extends Failure {
  readonly retry: RetryInstruction;

  constructor(message: string, options: { readonly cause?: unknown; readonly retry?: RetryInstruction } = {}) {
    super(message, { cause: options.cause });
    this.name = "EnvironmentFailure";
    this.retry = options.retry ?? "later";
  }
}
