import { expect, test } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import type { News, RunFeed } from "./followRun.ts";
import { newsDesk } from "./newsDesk.ts";
import { RunFailed } from "./runFailed.ts";

/** Of a run nothing is read but its state. */
function runThat(state: object): Run {
  return { state } as unknown as Run;
}

const BUILDING = runThat({ kind: "building" });

function event(phase: number | null, seq: number, run = BUILDING): News {
  return { kind: "event", phase, event: { seq, kind: "x", payload: {}, at: new Date(0) }, run };
}

/** Gives these, and then nothing more: that it is asked for more is an error. */
function feedOf(...news: readonly News[]): RunFeed {
  const left = [...news];
  return {
    async next() {
      const first = left.shift();
      if (first === undefined) throw new Error("nothing is left");
      return first;
    },
    close: async () => undefined,
  };
}

test("readers who wait at the same time get the news of their own phase each, in order", async () => {
  const news = [event(3, 1), event(null, 2), event(2, 3), event(3, 4)];
  const desk = newsDesk(feedOf(...news));
  const [second, third, whole] = await Promise.all([desk.next(2), desk.next(3), desk.next(null)]);
  expect([second, third, whole]).toEqual([news[2], news[0], news[1]]);
  expect(await desk.next(3)).toBe(news[3]);
});

test("what somebody who comes later wants to hear is kept for them", async () => {
  const news = [event(1, 1), event(null, 2), event(1, 3)];
  const desk = newsDesk(feedOf(...news));
  expect([await desk.next(1), await desk.next(1)]).toEqual([news[0], news[2]]);
  expect(desk.run()).toBe(BUILDING);
  expect(await desk.next(null)).toBe(news[1]);
});

test("a run that has stopped stops everybody, but for what there is left to hear", async () => {
  const failed = runThat({ kind: "failed", reason: "phases_failed", message: "no idea", problems: [] });
  const last = event(2, 1, failed);
  const desk = newsDesk(feedOf(last));
  const outcomes = await Promise.allSettled([desk.next(1), desk.next(2), desk.next(null)]);
  expect(outcomes).toEqual([
    { status: "rejected", reason: new RunFailed("failed", "no idea") },
    { status: "fulfilled", value: last },
    { status: "rejected", reason: new RunFailed("failed", "no idea") },
  ]);
});

test("a feed that fails fails everybody", async () => {
  const desk = newsDesk(feedOf());
  const outcomes = await Promise.allSettled([desk.next(1), desk.next(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
