import type Docker from "dockerode";
import type { SandboxOutcome, SandboxTask, SandboxWatch } from "../../ports/sandbox.ts";
import { portInside, refuseFailedBridge } from "./bridgeProgram.ts";
import { DockerContainer } from "./dockerContainer.ts";
import { writeDockerFiles } from "./dockerFiles.ts";
import type { DockerHost } from "./dockerTask.ts";
import { dockerTask } from "./dockerTask.ts";
import { handOver } from "./handOver.ts";
import type { Owner } from "./handOver.ts";
import { holdToLimits } from "./holdToLimits.ts";
import type { Interruption } from "./holdToLimits.ts";
import { INSIDE } from "./inside.ts";
import type { OpenedSandbox, SandboxDescription } from "./openedSandbox.ts";
import { outcomeOf } from "./outcome.ts";
import { refuseInside } from "./refuseInside.ts";

const MESSAGE_CHARS = 2000;
/** How long after its time a container may be taken for forgotten. Waits for providers come on top of the time. */
const FORGOTTEN_MS = 24 * 3_600_000;

export interface DockerFacts extends DockerHost {
  readonly cgroup: "v1" | "v2";
  readonly notes: readonly string[];
  /** To whom folders are given for the time of a task; null where programs run as the user who runs Autopack. */
  readonly handTo: Owner | null;
}

/**
 * Runs programs in containers of an engine that speaks Docker's API, on this machine: folders are bound, not copied.
 *
 * A container lives for one task. Its end is the end of its first process, with which the kernel ends all others.
 */
export class DockerSandbox implements OpenedSandbox {
  readonly isolation = "docker";
  readonly #docker: Docker;
  readonly #host: DockerFacts;

  constructor(docker: Docker, host: DockerFacts) {
    this.#docker = docker;
    this.#host = host;
  }

  async run(task: SandboxTask, watch: SandboxWatch): Promise<SandboxOutcome> {
    if (watch.signal.aborted) return { kind: "cancelled" };
    refuseInside([...this.#host.readable, ...task.readable]);
    const files = await writeDockerFiles(task, this.#host);
    const handed = [task.checkout.path, task.exchange, ...(task.bridges ?? []).map(({ socketPath }) => socketPath)];
    const { handTo } = this.#host;
    try {
      if (handTo !== null) await handOver(handed, handTo);
      const untilAt = new Date(Date.now() + task.limits.timeoutMs + FORGOTTEN_MS);
      const options = dockerTask(this.#host, task, { files, untilAt });
      return await this.#runIn(await DockerContainer.create(this.#docker, options), { task, watch });
    } finally {
      if (handTo !== null) await handOver([task.checkout.path, task.exchange], ourselves());
      await files.remove();
    }
  }

  inside(): { readonly checkout: string; readonly exchange: string } {
    return { checkout: INSIDE.checkout, exchange: INSIDE.exchange };
  }

  bridgePort(which = 0): Promise<number> {
    return Promise.resolve(portInside(which));
  }

  describe(): SandboxDescription {
    return { isolation: this.isolation, cgroup: this.#host.cgroup, notes: this.#host.notes };
  }

  async #runIn(
    container: DockerContainer,
    { task, watch }: { readonly task: SandboxTask; readonly watch: SandboxWatch },
  ): Promise<SandboxOutcome> {
    let interruption: Interruption | null = null;
    const interrupt = (reason: Interruption) => {
      interruption ??= reason;
      container.kill();
    };
    let tail = "";
    const onOutput = (chunk: string) => {
      tail = (tail + chunk).slice(-MESSAGE_CHARS);
      watch.onOutput(chunk);
    };
    const folders = [task.checkout.path, task.exchange];
    try {
      const held = await holdToLimits({ limits: task.limits, folders, watch, interrupt, pids: () => [] });
      try {
        const output = await container.attach({
          maxBytes: task.limits.outputBytes,
          onOutput,
          onExceeded: () => interrupt("output_exceeded"),
        });
        watch.onMeter?.(() => container.usage());
        await container.start();
        watch.onStart?.();
        held.start();
        const { code, outOfMemory } = await container.ended();
        await held.end();
        await output.ended();
        if (interruption === null) refuseFailedBridge(code, tail);
        return outcomeOf({ interruption, code, oomKills: container.oomKills() + (outOfMemory ? 1 : 0) });
      } finally {
        await held.end();
      }
    } finally {
      await container.remove();
    }
  }
}

function ourselves(): Owner {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}
