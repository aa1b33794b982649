import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { SandboxLimits, SandboxWatch } from "../../ports/sandbox.ts";
import type { ControlGroup } from "./controlGroup.ts";
import { holdToLimits } from "./holdToLimits.ts";
import type { Interruption, LimitWatch } from "./holdToLimits.ts";
import { leakingDescriptors } from "./leakingDescriptors.ts";
import { readOutput } from "./readOutput.ts";
import { openTaskStdio } from "./taskStdio.ts";
import type { TaskStdio } from "./taskStdio.ts";

const BLOCK_BYTES = 512;

/**
 * Puts limits on itself and then becomes the program, so that there is no moment without them. `$1` is the file size in
 * blocks of 512 bytes (POSIX), the arguments up to `--` are cgroup.procs files.
 */
const LAUNCHER = `
ulimit -c 0 && ulimit -f "$1" || exit 125
shift
while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done
shift
exec "$@"`;

export interface ProcessSpec {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** A private folder for names that exist for a moment. */
  readonly scratch: string;
  /** That may grow by `limits.diskBytes`. */
  readonly folders: readonly string[];
  readonly limits: SandboxLimits;
  readonly group: ControlGroup | null;
  /** Given to the program on descriptors 4, 5, …; 3 is then a stream back to `ProcessTree`. Null: 0 to 2 is all. */
  readonly feeds: readonly Uint8Array[] | null;
}

/** How to end a process tree for good; differs by backend. */
export interface ProcessTree {
  attach(child: ChildProcess): void;
  /** Told early, late, and more than once. */
  kill(): void;
  /** Called after the first process has ended and `kill`; returns when no other is left. */
  gone(): Promise<void>;
}

export interface ProcessEnd {
  /** Why we ended it; null when it ended by itself. */
  readonly interruption: Interruption | null;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts a program under limits, passes its output on, and ends it with everything it started. */
export async function superviseProcess(spec: ProcessSpec, watch: SandboxWatch, tree: ProcessTree): Promise<ProcessEnd> {
  let interruption: Interruption | null = null;
  const interrupt = (reason: Interruption) => {
    interruption ??= reason;
    tree.kill();
  };
  const { limits, folders, group } = spec;
  const held = await holdToLimits({ limits, folders, watch, interrupt, pids: () => group?.pids() ?? [] });
  try {
    const end = await untilEnd(spec, { watch, tree, held, interrupt });
    return { interruption, ...end };
  } finally {
    await held.end();
  }
}

interface Supervision {
  readonly watch: SandboxWatch;
  readonly tree: ProcessTree;
  readonly held: LimitWatch;
  readonly interrupt: (reason: Interruption) => void;
}

async function untilEnd(
  spec: ProcessSpec,
  { watch, tree, held, interrupt }: Supervision,
): Promise<Omit<ProcessEnd, "interruption">> {
  const stdio = await openTaskStdio(spec.scratch, spec.stdin);
  try {
    const child = start(spec, stdio);
    const exited = exitOf(child);
    tree.attach(child);
    const output = readOutput(stdio.reader, {
      maxBytes: spec.limits.outputBytes,
      onOutput: watch.onOutput,
      onExceeded: () => interrupt("output_exceeded"),
    });
    held.start();
    const end = await exited;
    await held.end();
    tree.kill();
    await tree.gone();
    await output.ended();
    return end;
  } finally {
    stdio.reader.destroy();
  }
}

function start(spec: ProcessSpec, stdio: TaskStdio): ChildProcess {
  const blocks = String(Math.max(1, Math.ceil(spec.limits.fileBytes / BLOCK_BYTES)));
  const args = ["-c", LAUNCHER, "sh", blocks, ...(spec.group?.procs ?? []), "--", ...spec.argv];
  const nothing = openSync("/dev/null", "r");
  try {
    const child = spawn("/bin/sh", args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: covered([stdio.stdin, stdio.output, stdio.output, ...extraStreams(spec.feeds)], nothing),
    });
    spec.feeds?.forEach((bytes, index) => feed(child, { fd: index + 4, bytes }));
    return child;
  } catch (cause) {
    stdio.reader.destroy();
    throw new EnvironmentFailure("starting a task failed", { cause });
  } finally {
    stdio.release();
    closeSync(nothing);
  }
}

function extraStreams(feeds: ProcessSpec["feeds"]): readonly "pipe"[] {
  return feeds === null ? [] : ["pipe", ...feeds.map(() => "pipe" as const)];
}

/** Puts /dev/null over descriptors of ours that the program would inherit. */
function covered(streams: readonly (number | "pipe")[], nothing: number): (number | "pipe" | "ignore")[] {
  const leaking = leakingDescriptors().filter((fd) => fd >= streams.length);
  const rest = Array.from({ length: Math.max(0, ...leaking.map((fd) => fd + 1 - streams.length)) }, (_, index) =>
    leaking.includes(index + streams.length) ? nothing : ("ignore" as const),
  );
  return [...streams, ...rest];
}

function feed(child: ChildProcess, to: { readonly fd: number; readonly bytes: Uint8Array }): void {
  const stream = child.stdio[to.fd];
  if (stream === null || stream === undefined || !("end" in stream)) return;
  // A reader that died early says so by its exit.
  stream.on("error", () => {});
  stream.end(to.bytes);
}

function exitOf(child: ChildProcess): Promise<Pick<ProcessEnd, "code" | "signal">> {
  const { promise, resolve, reject } = Promise.withResolvers<Pick<ProcessEnd, "code" | "signal">>();
  child.once("error", (cause) => reject(new EnvironmentFailure("starting a task failed", { cause })));
  child.once("exit", (code, signal) => resolve({ code, signal }));
  return promise;
}
