import { Failure } from "../domain/failure.ts";
import type { Intent } from "../domain/intent.ts";
import { postpone as enqueueLater } from "../store/queue.ts";
import type { JobDeps } from "./handler.ts";
import { noteApiCalls } from "./noteApiCalls.ts";
import { handlers } from "./registry.ts";

/** How a job ended. `postponed`: the same work was enqueued again for later, and nothing was used up. */
export type JobOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "postponed" }
  | { readonly kind: "failed"; readonly error: unknown; readonly retry: boolean };

/** Runs one job and turns what it throws into an instruction for the queue; what it asked of GitHub is counted. Never throws. */
export async function runJob(intent: Intent, deps: JobDeps): Promise<JobOutcome> {
  const { result, count } = await deps.calls.during(async () => outcomeOf(intent, deps));
  try {
    await noteApiCalls(deps.store.knex, intent, count);
  } catch (error) {
    deps.log.warn({ intent: intent.kind, ...identity(intent), err: error }, "API calls not counted");
  }
  return result;
}

async function outcomeOf(intent: Intent, deps: JobDeps): Promise<JobOutcome> {
  const ids = { intent: intent.kind, ...identity(intent) };
  try {
    await handle(intent, deps);
    deps.log.debug(ids, "job done");
    return { kind: "done" };
  } catch (error) {
    if (error instanceof Failure && typeof error.retry === "object")
      return await postpone(intent, error.retry.afterMs, deps);
    const retry = !(error instanceof Failure && error.retry === "never");
    deps.log.error({ ...ids, err: error, retry }, "job failed");
    return { kind: "failed", error, retry };
  }
}

/** The registry holds, under each kind, the handler of that kind, which the compiler cannot follow through a union. */
async function handle(intent: Intent, deps: JobDeps): Promise<void> {
  const handler = handlers[intent.kind] as (intent: Intent, deps: JobDeps) => Promise<void>;
  await handler(intent, deps);
}

async function postpone(intent: Intent, afterMs: number, deps: JobDeps): Promise<JobOutcome> {
  const startAfter = Math.ceil(afterMs / 1000);
  deps.log.info({ intent: intent.kind, ...identity(intent), startAfter }, "job postponed");
  await enqueueLater(deps.store, intent, startAfter);
  return { kind: "postponed" };
}

/** The ids that belong on every line about this work. */
export function identity(intent: Intent): Readonly<Record<string, string>> {
  const { kind: _, ...ids } = intent;
  return Object.fromEntries(Object.entries(ids).map(([name, value]) => [name, String(value)]));
}
