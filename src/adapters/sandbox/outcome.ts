import { constants } from "node:os";
import type { SandboxOutcome } from "../../ports/sandbox.ts";
import type { Interruption } from "./holdToLimits.ts";

/** How a task ended, however its backend came to know. */
export interface TaskEnd {
  readonly interruption: Interruption | null;
  /** Of the program, with 128 + n for a death by signal n, as shells have it. */
  readonly code: number;
  readonly oomKills: number;
}

/** Signals that end a program without its consent. Codes above 128 for any other one are a program's own: git uses 129. */
const DEADLY = [
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGSEGV",
  "SIGPIPE",
  "SIGTERM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
] as const;
const DEADLY_CODES: ReadonlySet<number> = new Set(DEADLY.map((name) => 128 + constants.signals[name]));

/** A success in which some helper process was killed for memory is a success: the program coped. */
export function outcomeOf(end: TaskEnd): SandboxOutcome {
  if (end.interruption !== null) return { kind: end.interruption };
  if (end.code === 0) return { kind: "exited", code: 0 };
  if (end.oomKills > 0) return { kind: "killed", by: "memory" };
  if (DEADLY_CODES.has(end.code)) return { kind: "killed", by: "signal" };
  return { kind: "exited", code: end.code };
}

export function shellCode(code: number | null, signal: NodeJS.Signals | null): number {
  if (signal !== null) return 128 + constants.signals[signal];
  return code ?? 1;
}
