import { release } from "node:os";
import type { SandboxOutcome, SandboxTask, SandboxWatch } from "../../ports/sandbox.ts";
import { BRIDGE_COST, portInside, refuseFailedBridge } from "./bridgeProgram.ts";
import { bubblewrapArguments, FEEDS } from "./bubblewrapArguments.ts";
import type { BubblewrapHost } from "./bubblewrapArguments.ts";
import { bubblewrapTree } from "./bubblewrapTree.ts";
import { createControlGroup } from "./controlGroup.ts";
import type { ControlGroup, ControlGroups } from "./controlGroup.ts";
import { INSIDE } from "./inside.ts";
import type { OpenedSandbox, SandboxDescription } from "./openedSandbox.ts";
import { outcomeOf, shellCode } from "./outcome.ts";
import { refuseInside } from "./refuseInside.ts";
import { SandboxNotSetUp } from "./sandboxNotSetUp.ts";
import { superviseProcess } from "./superviseProcess.ts";
import { withOwnCost } from "./withOwnCost.ts";

/** bubblewrap, the shell before it and the one inside: ours, so not counted against the task. */
const OWN_PROCESSES = 2;
const MESSAGE_CHARS = 2000;
/** V8 reserves 512 MiB for code alone, and that counts as data. Measured with Node 24. */
const RESERVED_BYTES = 1 << 30;

/**
 * Runs programs by bubblewrap: own namespaces, no network, no capabilities, uid 1000, and of the file system only
 * /usr, the checkout, the exchange folder and what is named readable.
 *
 * Where there are no control groups, limits are per process: RLIMIT_DATA for memory, with room for what Node reserves
 * and does not use (RLIMIT_AS would stop it altogether), and RLIMIT_NPROC, which the kernel counts per user namespace
 * since 5.14 and does not apply to root.
 */
export class BubblewrapSandbox implements OpenedSandbox {
  readonly isolation = "bubblewrap";
  readonly #host: Omit<BubblewrapHost, "ownLimits">;
  readonly #groups: ControlGroups | null;

  constructor(host: Omit<BubblewrapHost, "ownLimits">, groups: ControlGroups | null) {
    this.#host = host;
    this.#groups = groups;
  }

  async run(task: SandboxTask, watch: SandboxWatch): Promise<SandboxOutcome> {
    if (watch.signal.aborted) return { kind: "cancelled" };
    refuseInside([...this.#host.readable, ...task.readable]);
    const counted = withOwnCost(task, OWN_PROCESSES);
    const group = this.#groups === null ? null : createControlGroup(this.#groups, counted);
    if (group !== null) watch.onMeter?.(() => group.usage());
    try {
      return await this.#runIn(group, { task, watch });
    } finally {
      await group?.close();
    }
  }

  inside(): { readonly checkout: string; readonly exchange: string } {
    return { checkout: INSIDE.checkout, exchange: INSIDE.exchange };
  }

  bridgePort(which = 0): Promise<number> {
    return Promise.resolve(portInside(which));
  }

  describe(): SandboxDescription {
    const notes: string[] = [];
    if (!this.#host.guardsDevices && process.getuid?.() === 0) {
      notes.push("As root without the right to mount, devices are not guarded: a program can change their modes.");
    }
    if (this.#groups !== null) return { isolation: this.isolation, cgroup: this.#groups.version, notes };
    notes.push("Control groups are not writable: memory is limited per process and by 1 GiB more, not per task.");
    if (!countsProcesses()) {
      notes.push(
        "The number of processes is not limited: that takes control groups, or an ordinary user on Linux 5.14.",
      );
    }
    return { isolation: this.isolation, cgroup: "none", notes };
  }

  async #runIn(
    group: ControlGroup | null,
    { task, watch }: { readonly task: SandboxTask; readonly watch: SandboxWatch },
  ): Promise<SandboxOutcome> {
    const host = { ...this.#host, ownLimits: group === null ? ownLimits(task) : "" };
    const tree = bubblewrapTree(watch.onStart);
    let tail = "";
    const onOutput = (chunk: string) => {
      tail = (tail + chunk).slice(-MESSAGE_CHARS);
      watch.onOutput(chunk);
    };
    const end = await superviseProcess(
      {
        argv: bubblewrapArguments(host, task),
        cwd: "/",
        env: {},
        stdin: task.stdin,
        scratch: task.exchange,
        folders: [task.checkout.path, task.exchange],
        limits: task.limits,
        group,
        feeds: FEEDS,
      },
      { ...watch, onOutput },
      tree,
    );
    const oomKills = group?.oomKills() ?? 0;
    if (end.interruption === null && tree.exitCode() === null && oomKills === 0)
      throw new SandboxNotSetUp(tail.trim() || "bubblewrap said nothing");
    if (end.interruption === null) refuseFailedBridge(tree.exitCode(), tail);
    return outcomeOf({ ...end, code: tree.exitCode() ?? shellCode(end.code, end.signal), oomKills });
  }
}

/** Some shells call the limit on processes `-u`, some `-p`. */
function ownLimits({ limits, bridges }: SandboxTask): string {
  const bridge = (bridges ?? []).length === 0 ? 0 : BRIDGE_COST.processes;
  const count = limits.processes + bridge;
  const data = `ulimit -d ${Math.ceil((limits.memoryBytes + RESERVED_BYTES) / 1024)}`;
  const processes = `{ ulimit -u ${count} || ulimit -p ${count}; } 2>/dev/null`;
  return countsProcesses() ? `${data} && ${processes} || exit 125\n` : `${data} || exit 125\n`;
}

function countsProcesses(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return process.getuid?.() !== 0 && (major > 5 || (major === 5 && minor >= 14));
}
