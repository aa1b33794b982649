import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const ROUNDS = 500;
const PAUSE_MS = 2;

/**
 * Kills every process whose environment has `marker`, again and again until there is none.
 *
 * The environment is inherited over double forks and new sessions, which leave no other trace. A program that clears
 * it on purpose gets away: only a sandbox or a control group holds that one. Without /proc this finds nothing.
 */
export async function killStrays(marker: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = withMarker(marker);
    if (pids.length === 0) return;
    pids.forEach(killQuietly);
    await delay(PAUSE_MS);
  }
}

/** Kills a process, or with a negative number a process group, that may have ended already. */
export function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}

function withMarker(marker: string): readonly number[] {
  const pids = processes().filter((pid) => pid !== process.pid);
  return pids.filter((pid) => environmentOf(pid).split("\0").includes(marker));
}

function processes(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}
