import type Docker from "dockerode";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { SandboxUsage } from "../../ports/sandbox.ts";

export interface DockerMeter {
  /** As the engine told last, about once a second. */
  usage(): SandboxUsage;
  close(): void;
}

/** Of one line of `/containers/{id}/stats`. CPU time is in nanoseconds. */
const Stats = z.looseObject({
  memory_stats: z.looseObject({ usage: z.number().optional() }).optional(),
  cpu_stats: z.looseObject({ cpu_usage: z.looseObject({ total_usage: z.number().optional() }).optional() }).optional(),
});

/** Listens to the engine's figures of a container. An engine that gives none leaves nulls. */
export function dockerMeter(container: Docker.Container): DockerMeter {
  let latest: SandboxUsage = { memoryBytes: null, cpuSeconds: null };
  let stream: Readable | null = null;
  let closed = false;
  const hear = (line: string) => {
    latest = usageOf(line) ?? latest;
  };
  const listen = async () => {
    const answer = (await container.stats({ stream: true })) as unknown as Readable;
    if (closed) return answer.destroy();
    stream = answer;
    answer.on("error", () => answer.destroy());
    return createInterface({ input: answer }).on("line", hear);
  };
  listen().catch(() => {
    // Figures are for display only.
  });
  return {
    usage: () => latest,
    close: () => {
      closed = true;
      stream?.destroy();
    },
  };
}

function usageOf(line: string): SandboxUsage | null {
  try {
    const { memory_stats: memory, cpu_stats: cpu } = Stats.parse(JSON.parse(line));
    const nanoseconds = cpu?.cpu_usage?.total_usage;
    return { memoryBytes: memory?.usage ?? null, cpuSeconds: nanoseconds === undefined ? null : nanoseconds / 1e9 };
  } catch {
    return null;
  }
}
