import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { ProcessTree } from "./superviseProcess.ts";

/** Longer than bubblewrap takes to name its child, which is a few milliseconds. */
const NAMELESS_MS = 1000;
const POLL_MS = 2;

/** bwrap(1), `--json-status-fd`: one object a line. `exit-code` comes only when the program had really started. */
const StatusLine = z.looseObject({ "child-pid": z.int().optional(), "exit-code": z.int().optional() });

interface First {
  readonly pid: number;
  readonly startedAt: string;
}

export interface BubblewrapTree extends ProcessTree {
  /** Of the program; null when the sandbox could not be set up. */
  exitCode(): number | null;
}

/**
 * The process tree of a sandbox, held by its first process: with that, the kernel ends the whole PID namespace, and
 * bubblewrap, its parent, ends only when that is done.
 *
 * To kill bubblewrap instead would leave nobody who can tell when the rest has ended.
 */
export function bubblewrapTree(onStart: (() => void) | undefined): BubblewrapTree {
  let child: ChildProcess | null = null;
  let first: First | null = null;
  let exitCode: number | null = null;
  let killing = false;
  let fallback: NodeJS.Timeout | undefined;
  let told = Promise.resolve();

  const hear = (line: string) => {
    const status = parseStatus(line);
    exitCode = status["exit-code"] ?? exitCode;
    const pid = status["child-pid"];
    if (pid === undefined) return;
    first = { pid, startedAt: startOf(pid) ?? "" };
    onStart?.();
    if (killing) killFirst(first);
  };
  const kill = () => {
    killing = true;
    if (first !== null) return killFirst(first);
    fallback ??= setTimeout(() => child?.kill("SIGKILL"), NAMELESS_MS);
  };
  const gone = async () => {
    await told;
    clearTimeout(fallback);
    if (first !== null) await untilGone(first);
  };
  const attach = (started: ChildProcess) => {
    child = started;
    told = listen(started, hear);
  };
  return { attach, kill, gone, exitCode: () => exitCode };
}

/** A line that bubblewrap's own death cut short says nothing. */
function parseStatus(line: string): z.infer<typeof StatusLine> {
  try {
    return StatusLine.parse(JSON.parse(line));
  } catch {
    return {};
  }
}

function listen(child: ChildProcess, hear: (line: string) => void): Promise<void> {
  const stream = child.stdio[3] as Readable | null;
  if (stream === null) return Promise.resolve();
  stream.on("error", () => stream.destroy());
  const lines = createInterface({ input: stream }).on("line", hear);
  return new Promise((resolve) => lines.once("close", resolve));
}

async function untilGone({ pid, startedAt }: First): Promise<void> {
  while (startOf(pid) === startedAt) await delay(POLL_MS);
}

/** Checked against its start time, for a number may be given again. */
function killFirst({ pid, startedAt }: First): void {
  if (startOf(pid) !== startedAt) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}

/** Field 22 of proc(5) `stat`; null for a process that is gone or waits to be reaped: its namespace is empty then. */
function startOf(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
