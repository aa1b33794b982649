import type { SandboxWatch } from "../ports/sandbox.ts";
import type { JobDeps } from "./handler.ts";
import { wantsAttempt } from "./livePhase.ts";
import type { AttemptAtWork } from "./livePhase.ts";

/** What an attempt's work is watched by: the signal that ends it, and the meter of what it uses. */
export type AttemptWatch = Pick<SandboxWatch, "signal" | "onMeter">;

/** Does an attempt's work while the run wants it, with its heartbeat. */
export async function whileAttempted<T>(
  deps: JobDeps,
  { run, attempt: { id }, timeoutMs }: AttemptAtWork,
  work: (watch: AttemptWatch) => Promise<T>,
): Promise<T> {
  return deps.attempts.during({ id, timeoutMs }, async (meter) =>
    deps.whileWanted(run.id, wantsAttempt(id), async (signal) => work({ ...meter, signal })),
  );
}
