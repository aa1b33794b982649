import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbedded } from "../src/store/postgres/startEmbedded.ts";

/** One figure against its baseline, taken in the same run: on a shared machine, absolute values say little. */
export interface Result {
  readonly value: number;
  readonly unit: string;
  /** In the same unit; null where there is nothing to compare with. */
  readonly baseline: number | null;
  /** value / baseline. */
  readonly ratio: number | null;
  /** What is asked for, in words. */
  readonly bar: string;
  readonly ok: boolean;
  readonly command: string;
  /** What else one wants to know, such as the baseline's kind. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Bench {
  readonly id: string;
  run(): Promise<Result>;
}

export function commandOf(id: string): string {
  return `npm run bench -- --only ${id}`;
}

/** Two digits after the point, and no more precision than the measurement has. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A PostgreSQL of our own with the durability of production, gone afterwards. */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), "autopack-bench-"));
  // Else the data of a run by root would have to move to where PostgreSQL's account can enter.
  await chmod(dir, 0o711);
  const server = await startEmbedded({ dataDir: dir, settings: { max_connections: "200" } });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
    await rm(server.place, { recursive: true, force: true });
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Runs a module of this folder as a process of its own, so that it shares no event loop with the rest: sends it `order`, and
 * gives its first message. The process ends when it disconnects, at the latest by `stop`.
 */
export async function inProcess(
  file: string,
  order: object,
): Promise<{ readonly message: unknown; stop(): Promise<void> }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const gone = once(child, "exit");
  child.send(order);
  const first: unknown[] = await Promise.race([once(child, "message"), gone.then(([code]) => failed(file, code))]);
  return {
    message: first[0],
    stop: async () => {
      child.kill();
      await gone;
    },
  };
}

function failed(file: string, code: unknown): never {
  throw new Error(`Running bench/${file}: it ended with ${String(code)} before it had answered`);
}
