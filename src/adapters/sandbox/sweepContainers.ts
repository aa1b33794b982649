import type Docker from "dockerode";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { LABELS } from "./dockerTask.ts";

/** Names this process among all that may use one engine. Field 22 of proc(5) `stat` tells it from a later one of its number. */
export function containerOwner(): string {
  return [hostname(), process.pid, startOf(process.pid) ?? "0"].join("/");
}

/**
 * Removes containers that a killed process left: of an owner on this machine that is no more, and of any owner when their
 * time is long over.
 */
export async function sweepContainers(docker: Docker, now: Date): Promise<void> {
  const all = await docker.listContainers({ all: true, filters: { label: [LABELS.owner] } });
  const left = all.filter(({ Labels }) => isLeft(Labels, now));
  // Another worker may sweep the same one at the same time.
  await Promise.all(
    left.map(async ({ Id }) =>
      docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => {}),
    ),
  );
}

function isLeft(labels: Readonly<Record<string, string>>, now: Date): boolean {
  const [host, pid, startedAt] = (labels[LABELS.owner] ?? "").split("/");
  if (host === hostname() && startOf(Number(pid)) !== startedAt) return true;
  return Number(labels[LABELS.until] ?? 0) < now.getTime();
}

function startOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
