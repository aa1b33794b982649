import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { SandboxOutcome, SandboxTask, SandboxWatch } from "../../ports/sandbox.ts";
import { createControlGroup } from "./controlGroup.ts";
import type { ControlGroup, ControlGroups } from "./controlGroup.ts";
import { freePort, openHostBridges } from "./hostBridges.ts";
import type { OpenedSandbox, SandboxDescription } from "./openedSandbox.ts";
import { outcomeOf, shellCode } from "./outcome.ts";
import { killQuietly, killStrays } from "./strayProcesses.ts";
import { superviseProcess } from "./superviseProcess.ts";
import type { ProcessTree } from "./superviseProcess.ts";
import { taskEnvironment } from "./taskEnvironment.ts";

const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/**
 * Runs programs as they are, with the rights of this process: its files, its network. The environment is the
 * sandbox's, the limits on time, output and file size hold, and the rest as far as control groups reach.
 *
 * `access: "read"` and `readable` mean nothing here. What a program started is found by its process group, its control
 * group and a marker in its environment; without control groups one that clears its environment outlives the task, and
 * nothing ends when this process is killed.
 */
export class Unsandboxed implements OpenedSandbox {
  readonly isolation = "unsandboxed";
  readonly #path: string;
  readonly #groups: ControlGroups | null;

  constructor(nodePath: string, groups: ControlGroups | null) {
    this.#path = `${dirname(resolve(nodePath))}:${process.env["PATH"] ?? DEFAULT_PATH}`;
    this.#groups = groups;
  }

  async run(task: SandboxTask, watch: SandboxWatch): Promise<SandboxOutcome> {
    if (watch.signal.aborted) return { kind: "cancelled" };
    const group = this.#groups === null ? null : createControlGroup(this.#groups, task.limits);
    if (group !== null) watch.onMeter?.(() => group.usage());
    try {
      const bridges = await openHostBridges(task.bridges ?? []);
      try {
        return await this.#runIn(group, { task, watch });
      } finally {
        bridges.close();
      }
    } finally {
      await group?.close();
    }
  }

  bridgePort(): Promise<number> {
    return freePort();
  }

  inside(task: Pick<SandboxTask, "checkout" | "exchange">): { readonly checkout: string; readonly exchange: string } {
    return { checkout: task.checkout.path, exchange: task.exchange };
  }

  describe(): SandboxDescription {
    const notes = ["Nothing keeps programs from this machine's files, processes and network."];
    if (this.#groups === null) notes.push("Control groups are not writable: memory and processes are not limited.");
    return { isolation: this.isolation, cgroup: this.#groups?.version ?? "none", notes };
  }

  async #runIn(
    group: ControlGroup | null,
    { task, watch }: { readonly task: SandboxTask; readonly watch: SandboxWatch },
  ): Promise<SandboxOutcome> {
    const places = { path: this.#path, home: join(task.exchange, "home"), tmp: join(task.exchange, "tmp") };
    await Promise.all([places.home, places.tmp].map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })));
    const id = randomBytes(12).toString("hex");
    const env = { ...taskEnvironment(places, task.env), AUTOPACK_TASK: id };
    const end = await superviseProcess(
      {
        argv: task.argv,
        cwd: task.checkout.path,
        env,
        stdin: task.stdin,
        scratch: task.exchange,
        folders: [task.checkout.path, task.exchange],
        limits: task.limits,
        group,
        feeds: null,
      },
      watch,
      processTree({ group, marker: `AUTOPACK_TASK=${id}`, onStart: watch.onStart }),
    );
    return outcomeOf({ ...end, code: shellCode(end.code, end.signal), oomKills: group?.oomKills() ?? 0 });
  }
}

interface TreeMarks {
  readonly group: ControlGroup | null;
  readonly marker: string;
  readonly onStart: (() => void) | undefined;
}

function processTree({ group, marker, onStart }: TreeMarks): ProcessTree {
  let leader: number | undefined;
  const kill = () => {
    group?.kill();
    if (leader !== undefined) killQuietly(-leader);
  };
  return {
    attach: (child: ChildProcess) => {
      leader = child.pid;
      if (leader !== undefined) onStart?.();
    },
    kill,
    gone: async () => {
      await killStrays(marker);
      kill();
    },
  };
}
