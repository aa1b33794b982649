import { expect, test } from "vitest";
import { matchPatterns } from "../../../src/jobs/acceptance/matchPatterns.ts";

const { signal } = new AbortController();

test("which pattern matches which text, no more than asked for", async () => {
  const task = { patterns: ["b", "^a"], texts: ["ab", "c", "b"], maxMatches: 10 };
  expect(await matchPatterns(task, { signal })).toEqual({
    kind: "matches",
    matches: [
      { pattern: 0, text: 0 },
      { pattern: 1, text: 0 },
      { pattern: 0, text: 2 },
    ],
  });
  expect(await matchPatterns({ ...task, maxMatches: 1 }, { signal })).toMatchObject({ matches: [{}] });
});

test("a pattern that takes for ever is stopped, by the clock or by whoever waits", async () => {
  const task = { patterns: ["^(a|a|b|ab)*c"], texts: [`${"a".repeat(60)}!`], maxMatches: 1 };
  expect(await matchPatterns(task, { signal, timeoutMs: 300 })).toEqual({ kind: "too_slow" });
  const stop = new AbortController();
  const matching = matchPatterns(task, { signal: stop.signal });
  stop.abort();
  expect(await matching).toEqual({ kind: "too_slow" });
});
