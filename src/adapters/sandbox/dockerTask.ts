import type Docker from "dockerode";
import { join } from "node:path";
import type { SandboxTask } from "../../ports/sandbox.ts";
import { bridgeStart } from "./bridgeProgram.ts";
import { INSIDE } from "./inside.ts";
import { taskEnvironment } from "./taskEnvironment.ts";
import { withOwnCost } from "./withOwnCost.ts";

/** What is the same for every task of this process. */
export interface DockerHost {
  readonly image: string;
  /** PATH of the image. */
  readonly path: string;
  /** `uid:gid` of programs. */
  readonly user: string;
  /** Folders or files with a Node of the host, shown at `INSIDE.node`; empty where the image's own `node` is used. */
  readonly node: readonly DockerBind[];
  readonly readable: readonly string[];
  /** Open files of a process, and processes of its user on the whole machine; `PidsLimit` counts those of the task. */
  readonly hardLimits: { readonly files: number; readonly processes: number };
  /** A stricter profile than the engine's own; null where that one is strict. */
  readonly seccomp: string | null;
  /** Whose container it is, see `sweepContainers`. */
  readonly owner: string;
}

export interface DockerBind {
  readonly source: string;
  readonly target: string;
}

/** Files that are written for one task: what bubblewrap gets through descriptors. */
export interface DockerFiles {
  readonly stdin: string;
  readonly passwd: string;
  readonly group: string;
  readonly bridge: string;
  readonly seccomp: string;
}

export const LABELS = { owner: "autopack.sandbox.owner", until: "autopack.sandbox.until" } as const;

/** The first shell, and the one that holds the lifeline. */
const OWN_PROCESSES = 2;
const BRIDGE = join(INSIDE.bridges, "bridge.cjs");
/** Of a container's own control group, v1 and v2, with the line `oom_kill N`: engines do not tell reliably. */
const OOM_FILES = ["/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory.events"];
const STDIN = join(INSIDE.root, "stdin");
const SMALL_BYTES = 16 * 1024 * 1024;

/**
 * The container of a task: no network, no capability, nothing of the image writable, and no logs on the engine's disk.
 *
 * The engine closes the container's stdin when the connection to us is gone, so this is the lifeline: when it ends, all
 * processes are killed. The program has its own stdin from a file.
 */
export function dockerTask(
  host: DockerHost,
  task: SandboxTask,
  given: { readonly files: DockerFiles; readonly untilAt: Date },
): Docker.ContainerCreateOptions {
  const variables = taskEnvironment({ path: pathOf(host), home: INSIDE.home, tmp: "/tmp" }, task.env);
  const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return {
    Image: host.image,
    // The image's own variables and the engine's stay out.
    Entrypoint: ["/usr/bin/env", "-i", ...environment, "/bin/sh", "-c", firstShell(host, task), "sh"],
    Cmd: [...task.argv],
    Env: [],
    User: host.user,
    WorkingDir: INSIDE.checkout,
    Hostname: "autopack",
    Labels: { [LABELS.owner]: host.owner, [LABELS.until]: String(given.untilAt.getTime()) },
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    HostConfig: hostConfig(host, task, given.files),
  };
}

function hostConfig(host: DockerHost, task: SandboxTask, files: DockerFiles): Docker.HostConfig {
  const { memoryBytes, processes, fileBytes } = withOwnCost(task, OWN_PROCESSES);
  const size = task.limits.tmpBytes ?? task.limits.memoryBytes;
  return {
    NetworkMode: "none",
    IpcMode: "private",
    ReadonlyRootfs: true,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges", ...(host.seccomp === null ? [] : [`seccomp=${files.seccomp}`])],
    Memory: memoryBytes,
    MemorySwap: memoryBytes,
    PidsLimit: processes,
    Ulimits: [
      { Name: "core", Soft: 0, Hard: 0 },
      { Name: "fsize", Soft: fileBytes, Hard: fileBytes },
      // Said, because an engine that may not raise limits fails with its own defaults.
      { Name: "nofile", Soft: host.hardLimits.files, Hard: host.hardLimits.files },
      { Name: "nproc", Soft: host.hardLimits.processes, Hard: host.hardLimits.processes },
    ],
    ShmSize: size,
    Tmpfs: {
      "/tmp": tmpfs(size),
      "/var/tmp": tmpfs(SMALL_BYTES),
      "/run": tmpfs(SMALL_BYTES),
      [INSIDE.home]: tmpfs(size),
    },
    Mounts: mounts(host, task, files),
    LogConfig: { Type: "none", Config: {} },
    RestartPolicy: { Name: "no" },
  };
}

function tmpfs(bytes: number): string {
  return `rw,exec,nosuid,nodev,mode=1777,size=${bytes}`;
}

/** As mounts, not as "binds": of those the engine makes folders where a source is missing. */
function mounts(host: DockerHost, task: SandboxTask, files: DockerFiles): Docker.MountSettings[] {
  const readOnly: readonly DockerBind[] = [
    ...host.node,
    ...[...host.readable, ...task.readable].map((path) => ({ source: path, target: path })),
    { source: files.passwd, target: "/etc/passwd" },
    { source: files.group, target: "/etc/group" },
    { source: files.stdin, target: STDIN },
    ...(task.bridges ?? []).map(({ socketPath, port }) => ({ source: socketPath, target: bridgeSocket(port) })),
    ...((task.bridges ?? []).length === 0 ? [] : [{ source: files.bridge, target: BRIDGE }]),
  ];
  return [
    mount({ source: task.checkout.path, target: INSIDE.checkout }, task.checkout.access === "read"),
    mount({ source: task.exchange, target: INSIDE.exchange }, false),
    ...readOnly.map((bind) => mount(bind, true)),
  ];
}

function mount({ source, target }: DockerBind, readOnly: boolean): Docker.MountSettings {
  return {
    Type: "bind",
    Source: source,
    Target: target,
    ReadOnly: readOnly,
    BindOptions: { Propagation: "rprivate" },
  };
}

/** What the program prints comes as one stream, in order; the other is left for what the first shell has to say at the end. */
function firstShell(host: DockerHost, { bridges }: SandboxTask): string {
  const node = host.node.length === 0 ? "node" : join(INSIDE.node, "bin", "node");
  const pairs = (bridges ?? []).map(({ port }) => ({ port, path: bridgeSocket(port) }));
  return [
    "exec 8>&2 2>&1 9<&0",
    "{ read -r _ <&9; kill -9 -1; } >/dev/null 2>&1 &",
    `exec 9<&- <${STDIN}`,
    `${bridgeStart(node, BRIDGE, pairs)}"$@" 8>&-; code=$?`,
    `for file in ${OOM_FILES.join(" ")}; do [ ! -r $file ] || while read -r line; do echo "$line" >&8; done <$file; done`,
    "exit $code",
  ].join("\n");
}

function pathOf(host: DockerHost): string {
  return host.node.length === 0 ? host.path : `${join(INSIDE.node, "bin")}:${host.path}`;
}

function bridgeSocket(port: number): string {
  return join(INSIDE.bridges, `${port}.sock`);
}
