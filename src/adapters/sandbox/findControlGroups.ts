import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { canLimit } from "./controlGroup.ts";
import type { ControlGroups, GroupLimits, GroupSetting, Hierarchy } from "./controlGroup.ts";
import { secondsOfCpuStat, secondsOfNanoseconds } from "./groupUsage.ts";

/** The child that holds our own processes, see `withChildrenAllowed`. */
const OWN_LEAF = "autopack-host";

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** What the kernel says about this process: `/proc/self/mountinfo` and `/proc/self/cgroup`. */
export interface KernelView {
  readonly mountinfo: string;
  readonly cgroup: string;
}

/**
 * Finds where this process may make control groups with memory and process limits; null when it may not.
 *
 * Both controllers or none: half a limit would be taken for a whole one.
 */
export async function findControlGroups(view: KernelView | null = kernelView()): Promise<ControlGroups | null> {
  if (view === null) return null;
  const mounts = view.mountinfo.split("\n").flatMap(parseMount);
  for (const groups of [unified(mounts, view.cgroup), ...legacy(mounts)]) {
    if (groups !== null && (await canLimit(groups))) return groups;
  }
  return null;
}

function kernelView(): KernelView | null {
  try {
    return {
      mountinfo: readFileSync("/proc/self/mountinfo", "utf8"),
      cgroup: readFileSync("/proc/self/cgroup", "utf8"),
    };
  } catch {
    return null;
  }
}

/** proc(5): `36 35 98:0 /root /point rw,noatime master:1 - type source options`. */
function parseMount(line: string): readonly Mount[] {
  const [left, right] = line.split(" - ");
  const [, , , root, point] = left?.split(" ") ?? [];
  const [type, , options] = right?.split(" ") ?? [];
  if (root === undefined || point === undefined || type === undefined) return [];
  return [{ root, point, type, options: options?.split(",") ?? [] }];
}

/**
 * v1: groups are made at the top of what is visible. In a container that is the container's own group; elsewhere it is
 * the one place that the next start can sweep whatever group it was itself started in. CPU time is counted where that can be.
 */
function legacy(mounts: readonly Mount[]): readonly ControlGroups[] {
  const pointOf = (controller: string) =>
    mounts.find(({ type, options }) => type === "cgroup" && options.includes(controller))?.point;
  const memory = pointOf("memory");
  const pids = pointOf("pids");
  if (memory === undefined || pids === undefined) return [];
  const limits = [legacyMemory(memory), legacyPids(pids)];
  const cpu = pointOf("cpuacct");
  return [
    ...(cpu === undefined ? [] : [{ version: "v1" as const, hierarchies: [...limits, legacyCpu(cpu)] }]),
    { version: "v1", hierarchies: limits },
  ];
}

function legacyCpu(parent: string): Hierarchy {
  return {
    parent,
    oomFile: null,
    settings: () => [],
    meters: { cpu: { file: "cpuacct.usage", seconds: secondsOfNanoseconds } },
  };
}

function legacyMemory(parent: string): Hierarchy {
  return {
    parent,
    oomFile: "memory.oom_control",
    meters: { memoryFile: "memory.usage_in_bytes" },
    settings: ({ memoryBytes }) => [
      { file: "memory.limit_in_bytes", value: String(memoryBytes) },
      { file: "memory.memsw.limit_in_bytes", value: String(memoryBytes), optional: true },
    ],
  };
}

function legacyPids(parent: string): Hierarchy {
  return {
    parent,
    oomFile: null,
    settings: ({ processes }) => [{ file: "pids.max", value: String(processes) }],
  };
}

/** v2: groups are made beside our own, inside what the service manager or container engine delegated to us. */
function unified(mounts: readonly Mount[], cgroup: string): ControlGroups | null {
  const mount = mounts.find(({ type }) => type === "cgroup2");
  const own = /^0::(.*)$/m.exec(cgroup)?.[1];
  if (mount === undefined || own === undefined || own.startsWith("/..")) return null;
  const folder = join(mount.point, relative(mount.root, own));
  const parent = basename(folder) === OWN_LEAF ? dirname(folder) : folder;
  if (!withChildrenAllowed(parent)) return null;
  const meters = { memoryFile: "memory.current", cpu: { file: "cpu.stat", seconds: secondsOfCpuStat } };
  return { version: "v2", hierarchies: [{ parent, oomFile: "memory.events", settings: unifiedSettings, meters }] };
}

function unifiedSettings({ memoryBytes, processes }: GroupLimits): readonly GroupSetting[] {
  return [
    { file: "memory.max", value: String(memoryBytes) },
    { file: "memory.swap.max", value: "0", optional: true },
    { file: "memory.oom.group", value: "1", optional: true },
    { file: "pids.max", value: String(processes) },
  ];
}

/**
 * Switches the controllers on for children of `parent`.
 *
 * v2 refuses that while processes are in `parent` itself, so ours move into a leaf first, as container engines do
 * inside containers. Under systemd it takes `Delegate=yes`.
 */
function withChildrenAllowed(parent: string): boolean {
  try {
    const names = (file: string) => readFileSync(join(parent, file), "utf8").split(/\s+/);
    const lacks = (file: string) => !names(file).includes("memory") || !names(file).includes("pids");
    if (lacks("cgroup.controllers")) return false;
    if (!lacks("cgroup.subtree_control")) return true;
    if (!enable(parent)) {
      evacuate(parent);
      return enable(parent);
    }
    return true;
  } catch {
    return false;
  }
}

function enable(parent: string): boolean {
  try {
    writeFileSync(join(parent, "cgroup.subtree_control"), "+memory +pids", { flag: "r+" });
    return true;
  } catch {
    return false;
  }
}

function evacuate(parent: string): void {
  const leaf = join(parent, OWN_LEAF);
  mkdirSync(leaf, { recursive: true });
  const pids = readFileSync(join(parent, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  for (const pid of pids) writeFileSync(join(leaf, "cgroup.procs"), pid, { flag: "r+" });
}
