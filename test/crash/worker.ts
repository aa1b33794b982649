import { closeSync, openSync, writeSync } from "node:fs";
import { NO_POLICY } from "../../src/domain/strategy/overrides.ts";
import { pino } from "pino";
import { z } from "zod";
import { openSandbox } from "../../src/adapters/sandbox/openSandbox.ts";
import { composeWorker, openStore } from "../../src/app.ts";
import type { Liveness } from "../../src/jobs/sweeps/startLiveness.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import { interruptible, watchStore } from "./interruptible.ts";

/** What the worker process is told, as JSON in its first argument. */
const orderSchema = z.object({
  databaseUrl: z.string(),
  dataDir: z.string(),
  /** Attempts and checks side by side. */
  concurrency: z.number(),
  github: z.object({
    appId: z.number(),
    privateKey: z.string(),
    webhookSecret: z.string(),
    apiUrl: z.string(),
    webUrl: z.string(),
  }),
  /** Where it stops: after this effect, the nth of its name. Null: nowhere. */
  halt: z
    .object({
      effect: z.string(),
      nth: z.number(),
      /** SIGSTOP: it does not die, but freezes until it gets SIGCONT. */
      signal: z.enum(["SIGKILL", "SIGSTOP"]),
      /** Processes with one such path count the effect together, so that one of them halts. */
      countedAt: z.string().nullable(),
    })
    .nullable(),
});

export type WorkerOrder = z.infer<typeof orderSchema>;

/** How long running work may take to end after SIGTERM, in milliseconds. */
const DRAIN_MS = 10_000;

const order = orderSchema.parse(JSON.parse(process.argv[2] ?? ""));
let seen = 0;

/** Writes in one system call, so that the last line of a killed worker is the effect it died of. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function onEffect(effect: string): void {
  say(`effect ${effect}`);
  const { halt } = order;
  if (halt?.effect !== effect || ordinal(halt.countedAt) !== halt.nth) return;
  say("halt");
  process.kill(process.pid, halt.signal);
}

/** The how manieth this is, in this process or among all that count at `path`. */
function ordinal(path: string | null): number {
  if (path === null) return (seen += 1);
  for (let nth = 1; ; nth += 1) if (isMine(`${path}.${nth}`)) return nth;
}

/** Whoever makes the file has the number. */
function isMine(path: string): boolean {
  try {
    closeSync(openSync(path, "wx"));
    return true;
  } catch {
    return false;
  }
}

const log = pino({ level: process.env["TEST_LOG"] ?? "silent" }, pino.destination({ dest: 2, sync: true }));
const store = await openStore(order.databaseUrl, { worker: true, log });
const worker = await composeWorker({
  store,
  databaseUrl: order.databaseUrl,
  github: order.github,
  sandbox: await openSandbox(),
  policy: NO_POLICY,
  dataDir: order.dataDir,
  log,
});
watchStore(store, onEffect);

process.once("SIGTERM", () => {
  void stop();
});

let liveness: Liveness | null = null;

async function stop(): Promise<void> {
  worker.drain();
  liveness?.drain();
  await store.boss.stop({ graceful: true, timeout: DRAIN_MS, close: false });
  await liveness?.stop();
  await worker.close();
  await store.close();
}

liveness = await startWorker(interruptible(worker.deps, onEffect), {
  concurrency: order.concurrency,
  version: "0.0.0",
  retention: { heartbeatHours: 24, deliveryDays: 30, branchDays: 30 },
});
say("ready");
