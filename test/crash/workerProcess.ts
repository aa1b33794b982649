import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { WorkerOrder } from "./worker.ts";

/** A worker in a process of its own. */
export interface WorkerProcess {
  /** What it did so far, in order: `effect …`, `ready`, `halt`. */
  readonly lines: readonly string[];
  /** Its effects so far, with the how manieth of its name each is. */
  effects(): readonly Effect[];
  /** Resolves when it takes jobs; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  signal(name: NodeJS.Signals): void;
}

export interface Effect {
  readonly effect: string;
  readonly nth: number;
}

/** Starts one. Node caches what it compiles, as there are many of them. */
export function startWorkerProcess(order: WorkerOrder): WorkerProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "worker.ts"), JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(tmpdir(), "autopack-crash-compiled"),
      // What a killed process leaves behind goes with the world.
      TMPDIR: order.dataDir,
    },
  });
  const lines: string[] = [];
  const errors: string[] = [];
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  ready.catch(() => undefined);
  createInterface(child.stdout).on("line", (line) => {
    lines.push(line);
    if (line === "ready") resolve();
  });
  createInterface(child.stderr).on("line", (line) => {
    errors.push(line);
    if (process.env["TEST_LOG"] !== undefined) process.stderr.write(`${line}\n`);
  });
  // After `close` everything it wrote has been read.
  const exited = once(child, "close").then(([code, signal]: unknown[]) => {
    reject(new Error(`the worker ended before it was ready:\n${errors.join("\n")}`));
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  return {
    lines,
    effects: () => counted(lines),
    ready,
    exited,
    signal: (name) => void child.kill(name),
  };
}

function counted(lines: readonly string[]): readonly Effect[] {
  const counts = new Map<string, number>();
  return lines
    .filter((line) => line.startsWith("effect "))
    .map((line) => {
      const effect = line.slice("effect ".length);
      const nth = (counts.get(effect) ?? 0) + 1;
      counts.set(effect, nth);
      return { effect, nth };
    });
}
