import { expect, test } from "vitest";
import { nextPause } from "../../src/domain/apiPause.ts";
import type { ApiPause } from "../../src/domain/apiPause.ts";

const START = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;
const untold = { waitMs: MINUTE, told: false };

function minutes(count: number): Date {
  return new Date(START + count * MINUTE);
}

test("a wait that GitHub names is kept", () => {
  expect(nextPause(null, { waitMs: 5 * MINUTE, told: true }, minutes(0))).toEqual({ until: minutes(5), untold: 0 });
});

test("where it names none, each wait that is refused again is twice as long, up to about an hour", () => {
  let pause: ApiPause | null = null;
  let now = minutes(0);
  const waits = Array.from({ length: 9 }, () => {
    pause = nextPause(pause, untold, now);
    const wait = (pause.until.getTime() - now.getTime()) / MINUTE;
    now = pause.until;
    return wait;
  });
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
});

test("requests that are refused side by side are one pause", () => {
  const first = nextPause(null, untold, minutes(0));
  expect(nextPause(first, untold, minutes(0.5))).toEqual({ until: minutes(1.5), untold: 1 });
});

test("a pause is never made shorter", () => {
  const long = nextPause(null, { waitMs: 50 * MINUTE, told: true }, minutes(0));
  expect(nextPause(long, { waitMs: 1000, told: true }, minutes(1)).until).toEqual(minutes(50));
});

test("long after, it starts anew", () => {
  const pause = { until: minutes(1), untold: 5 };
  expect(nextPause(pause, untold, minutes(17))).toEqual({ until: minutes(18), untold: 1 });
});
