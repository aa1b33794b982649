import { Failure } from "./failure.ts";
import type { RetryInstruction } from "./failure.ts";

/** A request was not sent, because it is not its turn: it had no effect for sure, and its job comes back later. */
export class NotSent extends Failure {
  readonly retry: RetryInstruction;

  constructor(message: string, wait: { readonly afterMs: number }) {
    super(message);
    this.name = "NotSent";
    this.retry = { afterMs: wait.afterMs };
  }
}
