import { Failure } from "../domain/failure.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Run } from "../domain/run.ts";
import { groundOfHead } from "./groundOf.ts";
import type { JobDeps } from "./handler.ts";

/**
 * Adds to the outcome of a verification what GitHub asks of the change as it is now. A verification is not lost because GitHub
 * would not say: the run then keeps what it knew.
 */
export async function withGround(run: Run, event: RunEvent, deps: JobDeps): Promise<RunEvent> {
  if (event.kind !== "gates_verified" || event.ground !== undefined) return event;
  try {
    const ground = await groundOfHead(run, event, deps);
    return ground === null ? event : { ...event, ground };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    deps.log.warn({ err: error, run: run.id }, "the ground of a verified run could not be read again");
    return event;
  }
}
