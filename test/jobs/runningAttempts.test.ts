import { expect, test } from "vitest";
import type { AttemptId } from "../../src/domain/ids.ts";
import { runningAttempts } from "../../src/jobs/runningAttempts.ts";

const ID = "7-aaaaaaaa.1.1" as AttemptId;

function stoppedClock() {
  let ms = 1_000_000;
  return { now: () => new Date(ms), pass: (by: number) => void (ms += by) };
}

test("an attempt is told of while its work lasts, however that ends", async () => {
  const attempts = runningAttempts(stoppedClock());
  const work = attempts.during({ id: ID, timeoutMs: null }, async () => {
    expect(attempts.pulses().map(({ attemptId }) => attemptId)).toEqual([ID]);
    throw new Error("boom");
  });
  await expect(work).rejects.toThrow("boom");
  expect(attempts.pulses()).toEqual([]);
});

test("its progress is the part of its time that is used up, and unknown where that has no limit", async () => {
  const clock = stoppedClock();
  const attempts = runningAttempts(clock);
  const seen: (number | null | undefined)[] = [];
  const look = (): void => void seen.push(attempts.pulses()[0]?.progressPercent);
  await attempts.during({ id: ID, timeoutMs: 10_000 }, async () => {
    for (const ms of [0, 2590, 7000, 60_000]) {
      clock.pass(ms);
      look();
    }
  });
  await attempts.during({ id: ID, timeoutMs: null }, async () => look());
  expect(seen).toEqual([0, 25, 95, 100, null]);
});

test("its memory is what the meter says; its CPU is that since the beat before", async () => {
  const clock = stoppedClock();
  const attempts = runningAttempts(clock);
  await attempts.during({ id: ID, timeoutMs: null }, async ({ onMeter }) => {
    expect(attempts.pulses()).toMatchObject([{ memoryBytes: null, cpuPercent: null }]);
    let cpuSeconds: number | null = 3;
    onMeter?.(() => ({ memoryBytes: 4096, cpuSeconds }));
    expect(attempts.pulses()).toMatchObject([{ memoryBytes: 4096, cpuPercent: null }]);
    clock.pass(5000);
    cpuSeconds = 10.5;
    expect(attempts.pulses()).toMatchObject([{ cpuPercent: 150 }]);
    expect(attempts.pulses()).toMatchObject([{ cpuPercent: null }]);
    clock.pass(5000);
    cpuSeconds = null;
    expect(attempts.pulses()).toMatchObject([{ cpuPercent: null }]);
  });
});
