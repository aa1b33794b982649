import { AsyncLocalStorage } from "node:async_hooks";
import type { CallMeter } from "../../ports/callMeter.ts";

/** The meter, with what tells it of each request. */
export interface CallCounter extends CallMeter {
  /** A request was answered, or its answer was lost. Outside of any measured work this does nothing. */
  note(kind: "call" | "conditional"): void;
}

/** Counts requests by the asynchronous context that they are sent from, so that jobs side by side are told apart. */
export function callCounter(): CallCounter {
  const scopes = new AsyncLocalStorage<{ calls: number; conditional: number }>();
  return {
    async during(work) {
      const count = { calls: 0, conditional: 0 };
      const result = await scopes.run(count, work);
      return { result, count: { ...count } };
    },
    note(kind) {
      const count = scopes.getStore();
      if (count === undefined) return;
      if (kind === "call") count.calls += 1;
      else count.conditional += 1;
    },
  };
}
