import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { every } from "../../../src/jobs/sweeps/every.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("work is begun at once and at each turn, but not while it still runs", async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  const repeating = every(1000, async () => {
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
  });
  expect(gates).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(gates).toHaveLength(1);
  gates[0]?.resolve();
  await vi.advanceTimersByTimeAsync(1000);
  expect(gates).toHaveLength(2);

  let stopped = false;
  const stop = repeating.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(5000);
  expect([gates.length, stopped]).toEqual([2, false]);
  gates[1]?.resolve();
  await stop;
  expect(gates).toHaveLength(2);
});
