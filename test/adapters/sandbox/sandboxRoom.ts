import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox, SandboxBridge, SandboxLimits, SandboxOutcome, SandboxTask } from "../../../src/ports/sandbox.ts";

const LIMITS: SandboxLimits = {
  timeoutMs: 20_000,
  memoryBytes: 512 * 1024 * 1024,
  processes: 100,
  outputBytes: 1024 * 1024,
  fileBytes: 10 * 1024 * 1024,
};

export interface RunOptions {
  readonly limits?: Partial<SandboxLimits>;
  readonly access?: "read" | "write";
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly readable?: readonly string[];
  readonly bridges?: readonly SandboxBridge[];
  readonly signal?: AbortSignal;
  readonly waitedMs?: () => number;
  readonly onStart?: () => void;
  readonly onOutput?: (chunk: string) => void;
}

export interface RunResult {
  readonly outcome: SandboxOutcome;
  readonly output: string;
  readonly chunks: readonly string[];
}

/** Folders as an attempt has them, with a mirror and a secret beside them. */
export interface SandboxRoom {
  readonly folder: string;
  readonly checkout: string;
  readonly exchange: string;
  readonly mirror: string;
  /** A file of the host that no task is shown. */
  readonly secret: string;
  run(sandbox: Sandbox, command: string | SandboxTask["argv"], options?: RunOptions): Promise<RunResult>;
  dispose(): Promise<void>;
}

export const SECRET = "the host's secret";

export async function sandboxRoom(): Promise<SandboxRoom> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-test-"));
  const [checkout, exchange, mirror] = ["checkout", "exchange", "mirror.git"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([checkout, exchange, mirror].map((path) => mkdir(path)));
  // Not beside the mirror: the way to that is there inside too, as empty private folders.
  const hidden = await mkdtemp(join(tmpdir(), "autopack-hidden-"));
  const secret = join(hidden, "secret");
  await writeFile(secret, SECRET);
  await writeFile(join(mirror, "HEAD"), "ref: refs/heads/main\n");
  return {
    folder,
    checkout,
    exchange,
    mirror,
    secret,
    run: (sandbox, command, options = {}) => runIn({ checkout, exchange, mirror }, { sandbox, command, options }),
    dispose: async () => {
      for (const path of [folder, hidden]) await rm(path, { recursive: true, force: true });
    },
  };
}

async function runIn(
  folders: { readonly checkout: string; readonly exchange: string; readonly mirror: string },
  use: {
    readonly sandbox: Sandbox;
    readonly command: string | SandboxTask["argv"];
    readonly options: RunOptions;
  },
): Promise<RunResult> {
  const { sandbox, command, options } = use;
  const chunks: string[] = [];
  const outcome = await sandbox.run(
    {
      argv: typeof command === "string" ? ["/bin/sh", "-c", command] : command,
      checkout: { path: folders.checkout, access: options.access ?? "write" },
      readable: options.readable ?? [folders.mirror],
      exchange: folders.exchange,
      env: options.env ?? {},
      stdin: options.stdin ?? "",
      bridges: options.bridges ?? [],
      limits: { ...LIMITS, ...options.limits },
    },
    {
      onOutput: (chunk) => {
        chunks.push(chunk);
        options.onOutput?.(chunk);
      },
      signal: options.signal ?? new AbortController().signal,
      onStart: options.onStart ?? (() => {}),
      waitedMs: options.waitedMs ?? (() => 0),
    },
  );
  return { outcome, output: chunks.join(""), chunks };
}

/** Host processes with `mark` in their arguments. */
export function processesWith(mark: string): readonly number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => argumentsOf(pid).includes(mark)).map(Number);
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
