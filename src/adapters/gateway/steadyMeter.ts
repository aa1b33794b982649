import type { ModelCall } from "../../domain/pricing/modelCall.ts";
import type { ModelMeter } from "../../ports/gateway.ts";

const TRIES = 5;
const PAUSE_MS = 1000;

interface SteadyMeter extends ModelMeter {
  /** Tries once more to record what could not be. */
  flush(): Promise<void>;
}

/**
 * A meter over one that may be away for a moment, as a database that restarts is. What could not be recorded is recorded
 * with the next call or at the end; an answer that was paid for is not thrown away for it.
 */
export function steadyMeter(meter: ModelMeter, pause: (milliseconds: number) => Promise<void>): SteadyMeter {
  let owed: readonly ModelCall[] = [];
  async function flush(): Promise<void> {
    const calls = owed;
    owed = [];
    for (const call of calls) {
      try {
        await meter.record(call);
      } catch {
        owed = [...owed, call];
      }
    }
  }
  return {
    flush,
    async admit(used) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await meter.admit(used);
        } catch (error) {
          if (tries === TRIES) throw error;
          await pause(PAUSE_MS);
        }
      }
    },
    async record(call) {
      owed = [...owed, call];
      await flush();
    },
    async keep(body) {
      // For looking at later: no answer depends on it.
      await meter.keep(body).catch(() => undefined);
    },
  };
}
