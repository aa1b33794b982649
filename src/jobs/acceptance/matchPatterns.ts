import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { PatternMatch, PatternTask } from "./patternWorker.ts";

export type MatchOutcome =
  { readonly kind: "matches"; readonly matches: readonly PatternMatch[] } | { readonly kind: "too_slow" };

/** Enough for a hundred thousand lines and patterns that mean well. */
const TIMEOUT_MS = 10_000;
const MEMORY_MIB = 512;

/**
 * Looks for a plan's patterns in untrusted text, in a thread of its own: some patterns take for ever on some lines, and only a
 * thread can be stopped. It ends with `signal`, too.
 */
export async function matchPatterns(
  task: PatternTask,
  { signal, timeoutMs = TIMEOUT_MS }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<MatchOutcome> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const worker = new Worker(new URL("patternWorker.ts", import.meta.url), {
    workerData: task,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
  });
  try {
    const [matches] = (await once(worker, "message", { signal: limit })) as [readonly PatternMatch[]];
    return { kind: "matches", matches };
  } catch (error) {
    if (limit.aborted) return { kind: "too_slow" };
    throw error;
  } finally {
    await worker.terminate();
  }
}
