import { readdirSync, readFileSync } from "node:fs";

const O_CLOEXEC = 0o2000000;

let known: readonly number[] | null = null;

/**
 * Descriptors above 2 that every child of this process inherits: left open by whoever started it, for Node itself opens
 * none that way. An inherited folder or socket would be a way out of any sandbox. Looked up once.
 */
export function leakingDescriptors(): readonly number[] {
  known ??= openDescriptors().filter((fd) => fd > 2 && !closesOnExec(fd));
  return known;
}

function openDescriptors(): readonly number[] {
  try {
    return readdirSync("/proc/self/fd").map(Number);
  } catch {
    return [];
  }
}

/** A descriptor that is gone by now counts as closed: the one the folder itself was read by. */
function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return true;
  }
}
