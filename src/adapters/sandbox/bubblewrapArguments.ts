import { join } from "node:path";
import type { SandboxTask } from "../../ports/sandbox.ts";
import { BRIDGE_PROGRAM, bridgeStart } from "./bridgeProgram.ts";
import type { HostLayout } from "./hostLayout.ts";
import { INSIDE } from "./inside.ts";
import { seccompFilter } from "./seccompFilter.ts";
import { taskEnvironment } from "./taskEnvironment.ts";

/** Options that older versions of bubblewrap do not have. */
export interface BubblewrapFeatures {
  /** 0.8: no further user namespaces inside, so no mounts and far less of the kernel to attack. */
  readonly disableUserns: boolean;
  /** 0.7: a size for private folders. They count as memory anyway where control groups work. */
  readonly size: boolean;
}

export interface BubblewrapHost {
  readonly program: string;
  readonly features: BubblewrapFeatures;
  readonly layout: HostLayout;
  /** Read-only at their own places for every task: the operator's tool chains and agent programs. */
  readonly readable: readonly string[];
  /**
   * Whether `GUARD_DEVICES` goes first. As root it must where it can: a program would own /dev/null, and could take it
   * from the whole host by changing its mode.
   */
  readonly guardsDevices: boolean;
  /** Limits the program's first shell puts on itself, where there are no control groups. */
  readonly ownLimits: string;
}

const RUN_BYTES = 16 * 1024 * 1024;
const STATUS_FD = 3;
const FIRST_FEED_FD = 4;

/** Makes the devices read-only, for this command only: as mounts, writing to a device is another thing. */
export const GUARD_DEVICES: readonly string[] = [
  "unshare",
  "--mount",
  "--propagation",
  "slave",
  "--",
  "/bin/sh",
  "-c",
  'mount -n --bind -o ro /dev /dev && exec "$@"',
  "sh",
];

const ETC_FILES = {
  "/etc/passwd": `autopack:x:1000:1000::${INSIDE.home}:/bin/sh\nnobody:x:65534:65534::/:/usr/sbin/nologin\n`,
  "/etc/group": "autopack:x:1000:\nnogroup:x:65534:\n",
  "/etc/hosts": "127.0.0.1 localhost autopack\n::1 localhost autopack\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
} as const;

const BRIDGE = join(INSIDE.bridges, "bridge.cjs");

const FILES: Readonly<Record<string, string>> = { ...ETC_FILES, [BRIDGE]: BRIDGE_PROGRAM };

const FILTER = seccompFilter();

/** What bubblewrap reads from descriptors 4, 5, …, in the order its arguments name them. */
export const FEEDS: readonly Uint8Array[] = [
  ...Object.values(FILES).map((text) => Buffer.from(text)),
  ...(FILTER === null ? [] : [FILTER]),
];

/**
 * The whole command that runs a task in a sandbox.
 *
 * The program's parent is a shell as process 1: when that ends the kernel kills every process inside before bubblewrap
 * sees the end, so the end of bubblewrap is the end of them all.
 */
export function bubblewrapArguments(host: BubblewrapHost, task: SandboxTask): readonly string[] {
  const bridges = (task.bridges ?? []).map(({ port }) => ({ port, path: bridgeSocket(port) }));
  const script = `${bridgeStart(host.layout.node, BRIDGE, bridges)}${host.ownLimits}"$@"; exit $?`;
  return [
    ...(host.guardsDevices ? GUARD_DEVICES : []),
    host.program,
    ...isolation(host.features),
    ...folders(host, task),
    ...environment(host, task),
    "--",
    "/bin/sh",
    "-c",
    script,
    "sh",
    ...task.argv,
  ];
}

function isolation(features: BubblewrapFeatures): readonly string[] {
  const filter = FILTER === null ? [] : ["--seccomp", String(FIRST_FEED_FD + Object.keys(FILES).length)];
  return [
    ["--unshare-all", "--unshare-user", ...(features.disableUserns ? ["--disable-userns"] : [])],
    ["--die-with-parent", "--new-session", "--as-pid-1", "--json-status-fd", String(STATUS_FD)],
    ["--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "autopack"],
    filter,
  ].flat();
}

function folders(host: BubblewrapHost, task: SandboxTask): readonly string[] {
  const size = task.limits.tmpBytes ?? task.limits.memoryBytes;
  const tmpfs = (path: string, bytes: number) => [
    ...(host.features.size ? ["--size", String(bytes)] : []),
    "--tmpfs",
    path,
  ];
  const readable = [...host.readable, ...task.readable];
  return [
    host.layout.system,
    kernelFolders(host.layout),
    // A folder of /dev itself would be writable without end.
    tmpfs("/dev/shm", size),
    ["--remount-ro", "/dev"],
    ["/tmp", INSIDE.home].flatMap((path) => tmpfs(path, size)),
    tmpfs("/run", RUN_BYTES),
    ["--symlink", "/tmp", "/var/tmp", "--symlink", "/run", "/var/run"],
    ownFiles(),
    readable.flatMap((path) => ["--ro-bind", path, path]),
    [task.checkout.access === "write" ? "--bind" : "--ro-bind", task.checkout.path, INSIDE.checkout],
    ["--bind", task.exchange, INSIDE.exchange],
    (task.bridges ?? []).flatMap(({ socketPath, port }) => ["--ro-bind", socketPath, bridgeSocket(port)]),
    ["--remount-ro", "/", "--chdir", INSIDE.checkout],
  ].flat();
}

/**
 * Where Autopack runs as root, uid 1000 inside is root outside, without its capabilities, and the kernel lets the owner
 * of a file in /proc/sys write it: `kernel.core_pattern` names a program that the host runs as root. bubblewrap covers
 * only parts of /proc. Opening /proc/self/fd/1 for writing works on: that leads elsewhere.
 */
function kernelFolders(layout: HostLayout): readonly string[] {
  return [
    ["--proc", "/proc"],
    layout.masks.flatMap((path) => ["--ro-bind", "/dev/null", path]),
    ["--remount-ro", "/proc"],
    ["--dev", "/dev"],
  ].flat();
}

function bridgeSocket(port: number): string {
  return join(INSIDE.bridges, `${port}.sock`);
}

function ownFiles(): readonly string[] {
  return Object.keys(FILES).flatMap((path, index) => ["--ro-bind-data", String(FIRST_FEED_FD + index), path]);
}

function environment(host: BubblewrapHost, task: SandboxTask): readonly string[] {
  const variables = taskEnvironment({ path: host.layout.path, home: INSIDE.home, tmp: "/tmp" }, task.env);
  return ["--clearenv", ...Object.entries(variables).flatMap(([name, value]) => ["--setenv", name, value])];
}
