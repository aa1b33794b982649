import type { AttemptId } from "../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { SandboxUsage, SandboxWatch } from "../ports/sandbox.ts";
import type { AttemptPulse } from "../store/heartbeats.ts";

/** The attempts that this worker runs, for its heartbeats. */
export interface RunningAttempts {
  /**
   * Counts an attempt as running for as long as `work` takes. The watch is to be passed on to the agent, so that what it uses
   * is known. `timeoutMs`: what it may take in all; null leaves its progress unknown.
   */
  during<T>(
    attempt: { readonly id: AttemptId; readonly timeoutMs: number | null },
    work: (watch: Pick<SandboxWatch, "onMeter">) => Promise<T>,
  ): Promise<T>;
  /** What there is to say of each now. CPU is that of the time since the last call. */
  pulses(): readonly AttemptPulse[];
}

interface Running {
  readonly id: AttemptId;
  readonly timeoutMs: number | null;
  readonly startedAt: number;
  meter: (() => SandboxUsage) | null;
  last: CpuReading | null;
}

/** `at`: milliseconds. */
interface CpuReading {
  readonly cpuSeconds: number;
  readonly at: number;
}

/** Nothing of this outlives the process: it is only for being told. */
export function runningAttempts(clock: Pick<Clock, "now">): RunningAttempts {
  const running = new Set<Running>();
  return {
    async during({ id, timeoutMs }, work) {
      const attempt: Running = { id, timeoutMs, startedAt: clock.now().getTime(), meter: null, last: null };
      running.add(attempt);
      try {
        return await work({ onMeter: (read) => void (attempt.meter = read) });
      } finally {
        running.delete(attempt);
      }
    },
    pulses() {
      const now = clock.now().getTime();
      return [...running].map((attempt) => pulseOf(attempt, now));
    },
  };
}

function pulseOf(attempt: Running, now: number): AttemptPulse {
  const usage = attempt.meter?.() ?? { memoryBytes: null, cpuSeconds: null };
  const before = attempt.last;
  attempt.last = usage.cpuSeconds === null ? null : { cpuSeconds: usage.cpuSeconds, at: now };
  return {
    attemptId: attempt.id,
    progressPercent: progress(attempt, now),
    memoryBytes: usage.memoryBytes,
    cpuPercent: before === null || attempt.last === null ? null : cpuPercent(before, attempt.last),
  };
}

/** The part of its time that is used up: an agent does not tell how much of its work is done. */
function progress({ timeoutMs, startedAt }: Running, now: number): number | null {
  if (timeoutMs === null || timeoutMs <= 0) return null;
  return Math.min(100, Math.max(0, Math.floor((100 * (now - startedAt)) / timeoutMs)));
}

/** Null where no time has passed: clocks are set, too. */
function cpuPercent(before: CpuReading, after: CpuReading): number | null {
  const elapsedMs = after.at - before.at;
  if (elapsedMs <= 0) return null;
  return Math.max(0, (100_000 * (after.cpuSeconds - before.cpuSeconds)) / elapsedMs);
}
