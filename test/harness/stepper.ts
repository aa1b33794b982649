import { INTENT_KINDS } from "../../src/domain/intent.ts";
import type { Intent, IntentKind } from "../../src/domain/intent.ts";
import { buryJob } from "../../src/jobs/buryJob.ts";
import type { JobDeps } from "../../src/jobs/handler.ts";
import { runJob } from "../../src/jobs/runJob.ts";
import { DEAD_LETTERS } from "../../src/store/queue.ts";

/** Takes jobs by hand, one at a time, so that a test decides what happens when. */
export interface Stepper {
  /** Runs the oldest waiting job of a kind; false when there is none. Waits for no due time. */
  step(kind: IntentKind): Promise<boolean>;
  /** Runs what waits, but for kinds that are held, until nothing is left. */
  drain(): Promise<void>;
  hold(...kinds: readonly IntentKind[]): void;
  release(): void;
  /** What jobs threw since the last call. */
  takeFailures(): readonly unknown[];
}

/** Comes back by itself for as long as it waits for something, so that only `step` takes it before it is due. */
const RETURNING: IntentKind = "await_ci";

/** More rounds than this mean that jobs make jobs for ever. */
const MAX_JOBS = 2000;

export function openStepper(deps: JobDeps, arrivals: () => Promise<void>): Stepper {
  const held = new Set<IntentKind>();
  let failures: unknown[] = [];

  async function step(kind: IntentKind): Promise<boolean> {
    return take(kind, { ignoreStartAfter: true });
  }

  async function take(kind: IntentKind, options: { readonly ignoreStartAfter: boolean }): Promise<boolean> {
    const { boss } = deps.store;
    const [job] = await boss.fetch<Intent>(kind, options);
    if (job === undefined) return false;
    const outcome = await runJob(job.data, deps);
    if (outcome.kind !== "failed") {
      await boss.complete(kind, job.id);
      return true;
    }
    failures.push(outcome.error);
    if (outcome.retry) await boss.fail(kind, job.id, { message: String(outcome.error) });
    else await giveUp(kind, job.id, { intent: job.data, error: outcome.error });
    return true;
  }

  async function giveUp(
    kind: IntentKind,
    id: string,
    { intent, error }: { readonly intent: Intent; readonly error: unknown },
  ): Promise<void> {
    await deps.store.boss.complete(kind, id);
    await buryJob(intent, error instanceof Error ? error.message : String(error), deps);
  }

  async function stepDeadLetter(): Promise<boolean> {
    const [job] = await deps.store.boss.fetch<Intent>(DEAD_LETTERS, { includeMetadata: true });
    if (job === undefined) return false;
    await buryJob(job.data, "the retries were used up", deps);
    await deps.store.boss.complete(DEAD_LETTERS, job.id);
    return true;
  }

  async function stepAny(): Promise<boolean> {
    await arrivals();
    const waiting = await waitingQueues();
    const next = INTENT_KINDS.find((kind) => waiting.has(kind) && !held.has(kind));
    if (next !== undefined) return take(next, { ignoreStartAfter: next !== RETURNING });
    return waiting.has(DEAD_LETTERS) && stepDeadLetter();
  }

  async function waitingQueues(): Promise<ReadonlySet<string>> {
    const names: string[] = await deps.store
      .knex("pgboss.job")
      .distinct("name")
      .whereIn("state", ["created", "retry"])
      .whereRaw("(name <> ? or start_after <= now())", [RETURNING])
      .pluck("name");
    return new Set(names);
  }

  return {
    step,
    async drain() {
      for (let jobs = 0; await stepAny(); jobs += 1) {
        if (jobs > MAX_JOBS)
          throw new Error(`${MAX_JOBS} jobs and no end in sight: ${failures.map(String).slice(-3).join("; ")}`);
      }
    },
    hold: (...kinds) => kinds.forEach((kind) => held.add(kind)),
    release: () => held.clear(),
    takeFailures() {
      const taken = failures;
      failures = [];
      return taken;
    },
  };
}
