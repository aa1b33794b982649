import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxUsage } from "../../ports/sandbox.ts";

/** Files of a control group that say what is used; a controller's business only. */
export interface Meters {
  /** Holds a number of bytes. */
  readonly memoryFile?: string;
  readonly cpu?: { readonly file: string; readonly seconds: (text: string) => number };
}

interface Metered {
  readonly folder: string;
  readonly meters: Meters | undefined;
}

/** Reads what a group uses, from whichever of its folders tells. A group that is gone, or does not tell, gives null. */
export function groupUsage(folders: readonly Metered[]): SandboxUsage {
  let memoryBytes: number | null = null;
  let cpuSeconds: number | null = null;
  for (const { folder, meters } of folders) {
    if (meters?.memoryFile !== undefined) memoryBytes ??= figure(join(folder, meters.memoryFile), Number);
    if (meters?.cpu !== undefined) cpuSeconds ??= figure(join(folder, meters.cpu.file), meters.cpu.seconds);
  }
  return { memoryBytes, cpuSeconds };
}

function figure(path: string, parse: (text: string) => number): number | null {
  try {
    const value = parse(readFileSync(path, "utf8"));
    return Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}

/** `cpuacct.usage` of v1: nanoseconds. */
export function secondsOfNanoseconds(text: string): number {
  return Number(text) / 1e9;
}

/** `cpu.stat` of v2, which is there with and without the controller. */
export function secondsOfCpuStat(text: string): number {
  return Number(/^usage_usec (\d+)$/m.exec(text)?.[1] ?? Number.NaN) / 1e6;
}
