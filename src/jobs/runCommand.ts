import type { ArtifactId } from "../domain/ids.ts";
import type { AgentLimits } from "../domain/settings.ts";
import type { SandboxBridge, SandboxOutcome } from "../ports/sandbox.ts";
import type { JobDeps } from "./handler.ts";

/** One command line, run by `sh -c` in the sandbox. */
export interface Command {
  readonly run: string;
  readonly timeoutMs: number;
  /** Names its log; no two that run at once may share it. */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Is given the output as well, as it comes. */
  readonly onOutput?: (chunk: string) => void;
}

/** Where commands run, and with what means. */
export interface CommandRoom {
  readonly checkout: { readonly path: string; readonly mirrorPath: string };
  readonly exchange: string;
  /** The Builder's: commands run the code it wrote. */
  readonly limits: Pick<AgentLimits, "memoryBytes" | "processes" | "outputBytes" | "diskBytes">;
  readonly deps: JobDeps;
  readonly signal: AbortSignal;
  /** Servers of ours that commands may reach. */
  readonly bridges?: readonly SandboxBridge[];
}

export interface CommandResult {
  readonly outcome: Exclude<SandboxOutcome, { kind: "cancelled" }>;
  readonly log: ArtifactId;
  /** The last lines of the output, and how it was ended when it did not end by itself. */
  readonly tail: string;
  readonly durationMs: number;
}

/** Build tools write large files; this only stops a runaway one. */
const FILE_BYTES = 2 * 1024 ** 3;

/** Runs a command in a tree of ours and keeps its output. Null when it was cancelled. */
export async function runCommand(command: Command, room: CommandRoom): Promise<CommandResult | null> {
  const { deps, limits, checkout, signal } = room;
  const log = await deps.artifacts.openLog(command.log);
  const startedAt = deps.clock.now().getTime();
  const onOutput = (chunk: string): void => {
    log.write(chunk);
    command.onOutput?.(chunk);
  };
  const outcome = await deps.sandbox.run(
    {
      argv: ["sh", "-c", command.run],
      checkout: { path: checkout.path, access: "write" },
      readable: [checkout.mirrorPath],
      exchange: room.exchange,
      env: command.env ?? {},
      stdin: "",
      bridges: room.bridges ?? [],
      limits: {
        timeoutMs: command.timeoutMs,
        memoryBytes: limits.memoryBytes,
        processes: limits.processes,
        outputBytes: limits.outputBytes,
        diskBytes: limits.diskBytes,
        fileBytes: FILE_BYTES,
      },
    },
    { onOutput, signal },
  );
  const { id, tail } = await log.close();
  if (outcome.kind === "cancelled") return null;
  const durationMs = deps.clock.now().getTime() - startedAt;
  return { outcome, log: id, tail: `${tail}${outcomeNote(outcome)}`, durationMs };
}

function outcomeNote(outcome: CommandResult["outcome"]): string {
  switch (outcome.kind) {
    case "exited":
      return "";
    case "timed_out":
      return "\n[stopped: it took too long]";
    case "killed":
      return outcome.by === "memory" ? "\n[killed: it used too much memory]" : "\n[killed by a signal]";
    case "output_exceeded":
      return "\n[killed: it printed too much]";
    case "disk_exceeded":
      return "\n[killed: it filled more of the disk than it may]";
  }
}
