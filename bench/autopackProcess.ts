import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";

/** `autopack start`, `serve` or `worker` in a process of its own, as an operator runs it. */
export interface AutopackProcess {
  readonly pid: number;
  /** Where its web side listens; null without one. */
  readonly url: string | null;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<unknown>;
}

const PROGRAM = join(import.meta.dirname, "..", "src", "cli", "autopack.js");

/** A line of its log. pino's level 50 is `error`. */
const logLine = z.looseObject({ level: z.int(), msg: z.string().optional(), url: z.string().nullish() });

const ERROR_LEVEL = 50;

/** How long it may take to come up, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Starts it and resolves when it says that it is up. Errors in its log go to stderr: a bench of a failing program means
 * nothing.
 */
export async function startAutopack(
  side: "start" | "serve" | "worker",
  environment: Readonly<Record<string, string>>,
): Promise<AutopackProcess> {
  const child = spawn(process.execPath, [PROGRAM, side], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, HOST: "127.0.0.1", PORT: "0", LOG_LEVEL: "info", LOG_FORMAT: "json", ...environment },
  });
  const exited = once(child, "close").then(() => null);
  const overdue = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const up = await Promise.race([isUp(child.stdout), exited]);
  clearTimeout(overdue);
  if (up === null) throw new Error(`autopack ${side} ended, or was killed after a minute, before it was up`);
  return { pid: child.pid ?? 0, url: up.url, exited, signal: (name) => void child.kill(name) };
}

async function isUp(stdout: Readable): Promise<{ readonly url: string | null }> {
  const { promise, resolve } = Promise.withResolvers<{ readonly url: string | null }>();
  createInterface(stdout).on("line", (text) => {
    const line = logLine.safeParse(parsed(text)).data;
    if (line === undefined || line.level >= ERROR_LEVEL) process.stderr.write(`${text}\n`);
    else if (line.msg === "autopack is up") resolve({ url: line.url ?? null });
  });
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
