import type { SandboxTask, SandboxWatch } from "../../ports/sandbox.ts";
import { watchDisk } from "./watchDisk.ts";
import type { DiskWatch } from "./watchDisk.ts";

/** The longest wait `setTimeout` can do: 24.8 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export type Interruption = "timed_out" | "output_exceeded" | "disk_exceeded" | "cancelled";

interface Held {
  readonly limits: SandboxTask["limits"];
  /** That may grow by `diskBytes`. */
  readonly folders: readonly string[];
  readonly watch: Pick<SandboxWatch, "signal" | "waitedMs">;
  /** Processes of the task, as far as they are known. */
  readonly pids: () => readonly number[];
  /** May be told more than once, and before this function returns. */
  readonly interrupt: (reason: Interruption) => void;
}

/** Watches what no kernel limit holds. */
export interface LimitWatch {
  /** Starts the clock. */
  start(): void;
  /** Looks for the last time; `interrupt` may still be told. Safe to repeat. */
  end(): Promise<void>;
}

/**
 * Holds a task to its time, to its share of the disk and to its caller's wish.
 *
 * When time is up, what the task has waited for others is added to its time, and once more when that is up: a wait that
 * still lasts is not the task's either.
 */
export async function holdToLimits({ limits, folders, watch, pids, interrupt }: Held): Promise<LimitWatch> {
  const { timeoutMs, diskBytes } = limits;
  const disk: DiskWatch | null =
    diskBytes === undefined
      ? null
      : await watchDisk({ folders, growthBytes: diskBytes, pids, onExceeded: () => interrupt("disk_exceeded") });
  let timer: NodeJS.Timeout | undefined;
  let creditedMs = 0;
  const arm = (ms: number) => {
    timer = setTimeout(timeIsUp, Math.min(ms, MAX_TIMER_MS));
  };
  const timeIsUp = () => {
    const waitedMs = watch.waitedMs?.() ?? 0;
    const moreMs = Math.ceil(waitedMs - creditedMs);
    if (moreMs <= 0) return interrupt("timed_out");
    creditedMs += moreMs;
    arm(moreMs);
  };
  const cancel = () => interrupt("cancelled");
  watch.signal.addEventListener("abort", cancel, { once: true });
  return {
    start: () => {
      if (watch.signal.aborted) cancel();
      arm(timeoutMs);
    },
    end: async () => {
      clearTimeout(timer);
      watch.signal.removeEventListener("abort", cancel);
      await disk?.stop();
    },
  };
}
