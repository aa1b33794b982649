/** One untrusted program, and the little it may see. */
export interface SandboxTask {
  readonly argv: readonly [string, ...string[]];
  /** The work tree: cwd of the program. */
  readonly checkout: { readonly path: string; readonly access: "read" | "write" };
  /** Bound read-only at the same path: git mirrors, programs. */
  readonly readable: readonly string[];
  /** A private folder, bound writable: where instructions come in and results go out. */
  readonly exchange: string;
  /** Added to the allow-list; nothing of the orchestrator's own environment passes. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Our own servers that the program may reach: the model gateway, the egress proxy. It has no other network. */
  readonly bridges?: readonly SandboxBridge[];
  readonly limits: SandboxLimits;
}

/** A unix socket of ours on the host, answered inside at `127.0.0.1:port`. Listens before the program starts. */
export interface SandboxBridge {
  readonly socketPath: string;
  /** As `bridgePort` gave it. */
  readonly port: number;
}

export interface SandboxLimits {
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly processes: number;
  /** Stdout and stderr together. */
  readonly outputBytes: number;
  /** The largest single file the program may write. */
  readonly fileBytes: number;
  /** What the program's private /tmp and home may hold, each. It counts as memory too. Absent: as much as memory. */
  readonly tmpBytes?: number;
  /** By how much the checkout and the exchange folder together may grow on disk. Absent: no limit. */
  readonly diskBytes?: number;
}

export interface SandboxWatch {
  /** Stdout and stderr as they come, in order of arrival. */
  readonly onOutput: (chunk: string) => void;
  /** Kills the whole process tree, at once. */
  readonly signal: AbortSignal;
  /** Told once, when the program has started. */
  readonly onStart?: () => void;
  /** Told once, before that, where the sandbox counts what the program uses. May be called at any time, also after the end. */
  readonly onMeter?: (read: () => SandboxUsage) => void;
  /** Milliseconds until now that do not count towards the timeout: waits for a provider's rate limit. Asked when time is up. */
  readonly waitedMs?: () => number;
}

/** What a program uses at this moment, with all that it has started; null where nobody counts. */
export interface SandboxUsage {
  /** With the files it has read and written, as far as the kernel keeps them in memory for it. */
  readonly memoryBytes: number | null;
  /** Since its start. */
  readonly cpuSeconds: number | null;
}

export type SandboxOutcome =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly by: "signal" | "memory" }
  | { readonly kind: "timed_out" }
  | { readonly kind: "output_exceeded" }
  | { readonly kind: "disk_exceeded" }
  | { readonly kind: "cancelled" };

/** Runs untrusted programs. Whatever happens, no process of theirs is left when `run` settles. */
export interface Sandbox {
  /** `unsandboxed` is the operator's explicit choice, shown wherever results are shown. */
  readonly isolation: "bubblewrap" | "docker" | "unsandboxed";
  run(task: SandboxTask, watch: SandboxWatch): Promise<SandboxOutcome>;
  /**
   * Paths as the program sees them, for instructions and environment.
   * Inside a sandbox that is not where they lie on the host.
   */
  inside(task: Pick<SandboxTask, "checkout" | "exchange">): { readonly checkout: string; readonly exchange: string };
  /**
   * A port for a bridge: the same number each time where the program has a loopback of its own, else a free one.
   * `which` tells the bridges of one task apart, from 0, the default: the model gateway.
   */
  bridgePort(which?: number): Promise<number>;
}
