import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { readdir, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { SandboxLimits, SandboxUsage } from "../../ports/sandbox.ts";
import { groupUsage } from "./groupUsage.ts";
import type { Meters } from "./groupUsage.ts";

const execFileAsync = promisify(execFile);

const PREFIX = "autopack-";
/** A younger empty group may belong to a task that is just being started, by this process or another. */
const STALE_MS = 60_000;
const CLOSE_TRIES = 1000;
const CLOSE_PAUSE_MS = 5;

export type GroupLimits = Pick<SandboxLimits, "memoryBytes" | "processes">;

/** A kernel file and what to write into it. Optional ones are missing on some kernels (no swap accounting). */
export interface GroupSetting {
  readonly file: string;
  readonly value: string;
  readonly optional?: boolean;
}

/** One folder of a cgroup file system under which a group is made for each task. v1 has one a controller. */
export interface Hierarchy {
  readonly parent: string;
  readonly settings: (limits: GroupLimits) => readonly GroupSetting[];
  /** Has the line `oom_kill N`; null where memory is not this hierarchy's business. */
  readonly oomFile: string | null;
  readonly meters?: Meters;
}

/** Where this process may limit others, found once by `findControlGroups`. */
export interface ControlGroups {
  readonly version: "v1" | "v2";
  readonly hierarchies: readonly Hierarchy[];
}

/** The limits of one task: memory and number of threads of the whole process tree. */
export interface ControlGroup {
  /** A process that writes `0` into each of these is in the group, with all its future children. */
  readonly procs: readonly string[];
  /** How many processes the kernel has killed for memory so far. */
  oomKills(): number;
  usage(): SandboxUsage;
  /** Who is in it at this moment. */
  pids(): readonly number[];
  kill(): void;
  /** Kills what is left and removes the group. Returns when it is gone, so when nothing of it runs any more. */
  close(): Promise<void>;
}

/**
 * Makes the groups of one task, one a hierarchy.
 *
 * A process counts once per thread against `processes`: that is how the kernel counts, and what a fork bomb costs.
 */
export function createControlGroup(groups: ControlGroups, limits: GroupLimits): ControlGroup {
  const name = `${PREFIX}${randomBytes(8).toString("hex")}`;
  const folders = groups.hierarchies.map(({ parent }) => join(parent, name));
  try {
    for (const { parent, settings } of groups.hierarchies) limitGroup(join(parent, name), settings(limits));
  } catch (cause) {
    for (const folder of folders) rmdirIfThere(folder);
    throw new EnvironmentFailure("creating a control group for a task failed", { cause });
  }
  return {
    procs: folders.map((folder) => join(folder, "cgroup.procs")),
    oomKills: () => oomKills(groups, name),
    usage: () => groupUsage(groups.hierarchies.map(({ parent, meters }) => ({ folder: join(parent, name), meters }))),
    pids: () => members(folders[0] ?? ""),
    kill: () => folders.forEach(killMembers),
    close: async () => {
      for (const folder of folders) await removeGroup(folder);
    },
  };
}

/** Removes groups that a killed process left behind: empty ones, older than a minute. */
export async function sweepControlGroups(groups: ControlGroups, now: Date): Promise<void> {
  for (const { parent } of groups.hierarchies) {
    const names = await readdir(parent);
    const folders = names.filter((name) => name.startsWith(PREFIX)).map((name) => join(parent, name));
    for (const folder of folders) {
      const made = await stat(folder).catch(() => null);
      if (made === null || now.getTime() - made.mtimeMs < STALE_MS) continue;
      // One that is in use refuses; one that another worker swept meanwhile is gone.
      await rmdir(folder).catch(() => {});
    }
  }
}

/** Tries it with a process that enters a group. The files alone do not tell: containers mount them read-only. */
export async function canLimit(groups: ControlGroups): Promise<boolean> {
  try {
    const group = createControlGroup(groups, { memoryBytes: 1 << 30, processes: 100 });
    try {
      await execFileAsync("/bin/sh", ["-c", 'for f; do echo 0 > "$f" || exit 1; done', "sh", ...group.procs]);
    } finally {
      await group.close();
    }
    return true;
  } catch {
    return false;
  }
}

function limitGroup(folder: string, settings: readonly GroupSetting[]): void {
  mkdirSync(folder);
  for (const { file, value, optional } of settings) {
    try {
      writeFileSync(join(folder, file), value, { flag: "r+" });
    } catch (error) {
      if (optional !== true) throw error;
    }
  }
}

function rmdirIfThere(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was never made.
  }
}

function oomKills(groups: ControlGroups, name: string): number {
  const counts = groups.hierarchies.map(({ parent, oomFile }) => {
    if (oomFile === null) return 0;
    const text = readFileSync(join(parent, name, oomFile), "utf8");
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

function killMembers(folder: string): void {
  for (const pid of members(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended in between.
    }
  }
}

/** The kernel writes 0 for a process this one cannot see, and to kill 0 would be to kill ourselves. */
function members(folder: string): readonly number[] {
  try {
    const pids = readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").map(Number);
    return pids.filter((pid) => pid > 1 && pid !== process.pid);
  } catch {
    return [];
  }
}

/** The kernel refuses to remove a group while a process, even a dying one, is in it. */
async function removeGroup(folder: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    killMembers(folder);
    try {
      return await rmdir(folder);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
      if (tries === CLOSE_TRIES) throw new EnvironmentFailure(`removing the control group ${folder} failed`, { cause });
    }
    await delay(CLOSE_PAUSE_MS);
  }
}
