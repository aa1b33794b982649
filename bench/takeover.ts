import { setTimeout as delay } from "node:timers/promises";
import type { AutopackProcess } from "./autopackProcess.ts";
import { commandOf, rounded, withDatabase } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { openLiveWorld } from "./liveWorld.ts";
import type { LiveWorld } from "./liveWorld.ts";
import { median, quantile } from "./quantile.ts";

const id = "takeover";
const samples = 6;
const p95BelowMs = 15_000;

/** How long one waits for an attempt to start, in milliseconds. */
const patienceMs = 60_000;

/** The next worker is killed this much later in its attempt, so that the kills are spread over the queue's heartbeat. */
const spreadMs = 1000;

/** Longer than anybody waits. */
const CONFIG = { agents: { builder: { backend: "command", command: ["sleep", "600"] } }, audit: { required: false } };

/**
 * From SIGKILL of the worker that runs an agent until another worker has started the work anew. Each sample has two workers
 * and a database of its own; they wait side by side, as waiting is all they do.
 */
export const takeover: Bench = { id, run: async () => withDatabase(measure) };

async function measure(adminUrl: string): Promise<Result> {
  await using closing = new AsyncDisposableStack();
  const worlds = await openAll(adminUrl, closing);
  const times = await Promise.all(worlds.map(async (world, index) => takeOver(world, (index + 1) * spreadMs)));
  const p95 = quantile(times, 0.95) / 1000;
  return {
    value: rounded(p95),
    unit: "s (p95)",
    baseline: null,
    ratio: null,
    bar: `p95 < ${p95BelowMs / 1000} s`,
    ok: p95 * 1000 < p95BelowMs,
    command: commandOf(id),
    detail: { medianS: rounded(median(times) / 1000), samplesS: times.map((ms) => rounded(ms / 1000)) },
  };
}

/** Waits for all of them, also when one fails, so that `closing` has whatever is to be closed. */
async function openAll(adminUrl: string, closing: AsyncDisposableStack): Promise<readonly LiveWorld[]> {
  const opened = await Promise.allSettled(
    Array.from({ length: samples }, async () => closing.use(await openLiveWorld(adminUrl, ["start", "worker"]))),
  );
  return opened.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

/** Milliseconds. The worker is killed `afterMs` into its attempt. */
async function takeOver(world: LiveWorld, afterMs: number): Promise<number> {
  await world.configure(CONFIG);
  const { issue } = await world.label({ title: "Sleep" });
  const first = await attemptOf(world, { issue, number: 1 });
  const victim = processOf(world, first);
  await delay(afterMs);
  const killedAt = Date.now();
  victim.signal("SIGKILL");
  const second = await attemptOf(world, { issue, number: 2 });
  if (processOf(world, second) === victim) throw new Error("a killed worker has started an attempt");
  return second.at - killedAt;
}

interface Attempt {
  readonly at: number;
  /** `host:pid:…` */
  readonly workerId: string;
}

async function attemptOf(
  { db }: LiveWorld,
  { issue, number }: { readonly issue: number; readonly number: number },
): Promise<Attempt> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const { rows } = await db.raw<{ rows: { at: Date; worker: string }[] }>(
      `select e.created_at as at, payload ->> 'workerId' as worker from events e join runs on runs.id = e.run_id
        where issue_number = ? and kind = 'attempt_started' order by seq`,
      [issue],
    );
    const attempt = rows[number - 1];
    if (attempt !== undefined) return { at: attempt.at.getTime(), workerId: attempt.worker };
    await delay(100);
  }
  throw new Error(`attempt ${number} of issue #${issue} has not started within ${patienceMs / 1000} s`);
}

function processOf({ processes }: LiveWorld, { workerId }: Attempt): AutopackProcess {
  const pid = Number(workerId.split(":").at(-2));
  const found = processes.find((one) => one.pid === pid);
  if (found === undefined) throw new Error(`no process of this bench is the worker ${workerId}`);
  return found;
}
