import type { SandboxLimits, SandboxTask } from "../../ports/sandbox.ts";
import { BRIDGE_COST } from "./bridgeProgram.ts";

/** Limits with room for what is ours: the kernel counts that with the task's own. */
export function withOwnCost({ limits, bridges }: SandboxTask, ownProcesses: number): SandboxLimits {
  const cost = (bridges ?? []).length === 0 ? { memoryBytes: 0, processes: 0 } : BRIDGE_COST;
  const { memoryBytes, processes } = limits;
  return {
    ...limits,
    memoryBytes: memoryBytes + cost.memoryBytes,
    processes: processes + ownProcesses + cost.processes,
  };
}
