import { describe, expect, test } from "vitest";
import { maxInvestigations } from "../../../src/domain/failures/maxInvestigations.ts";
import { noProgress } from "../../../src/domain/failures/noProgress.ts";
import { revertsLanded } from "../../../src/domain/failures/revertsLanded.ts";
import type { PastFailure, Phase } from "../../../src/domain/phase.ts";
import { candidate, tree } from "../runFixture.ts";

function failure(errorKey: string, more: Partial<PastFailure> = {}): PastFailure {
  return { class: "checks", errorKey, tree: tree("1"), ...more };
}

function landed(patchId: string): Phase {
  return { candidate: { ...candidate("2"), patchId } } as Phase;
}

describe("no progress", () => {
  test.each<{ readonly what: string; readonly failures: readonly PastFailure[]; readonly stuck: boolean }>([
    { what: "nothing has failed", failures: [], stuck: false },
    { what: "one failure", failures: [failure("a")], stuck: false },
    { what: "the same error on the same tree", failures: [failure("a"), failure("a")], stuck: true },
    {
      what: "the same again, with another in between",
      failures: [failure("a"), failure("b", { tree: tree("2") }), failure("a")],
      stuck: true,
    },
    {
      what: "the same error on another tree",
      failures: [failure("a"), failure("a", { tree: tree("2") })],
      stuck: false,
    },
    { what: "another error on the same tree", failures: [failure("a"), failure("b")], stuck: false },
    {
      what: "the same words twice, with no tree to compare",
      failures: [failure("a", { class: "agent", tree: null }), failure("a", { class: "agent", tree: null })],
      stuck: false,
    },
    {
      what: "three in a row, all different",
      failures: [failure("a"), failure("b"), failure("c", { class: "syntax", tree: tree("3") })],
      stuck: true,
    },
    {
      what: "three in a row that say nothing of the work",
      failures: ["a", "b", "c"].map((key) => failure(key, { class: "provider", tree: null })),
      stuck: false,
    },
    { what: "an answer that changed nothing", failures: [failure("a", { class: "no_progress" })], stuck: true },
  ])("$what: $stuck", ({ failures, stuck }) => {
    expect(noProgress(failures) !== null).toBe(stuck);
  });
});

describe("a change that undoes a landed one", () => {
  const made = { ...candidate("1"), patchId: "aa", inversePatchId: "bb" };

  test("is known by its inverse", () => {
    expect(revertsLanded(made, landed("bb"))).toBe(true);
    expect(revertsLanded(made, landed("aa"))).toBe(false);
  });

  test("is never an empty one, nor one that undoes nothing known", () => {
    expect(revertsLanded({ ...made, inversePatchId: "" }, landed(""))).toBe(false);
    expect(revertsLanded(made, { candidate: null } as Phase)).toBe(false);
  });
});

test.each([
  [0, 100, 1],
  [29, 100, 1],
  [30, 100, 2],
  [500, 100, 2],
  [0, 0, 2],
])("%d of %d tokens spent: %d investigations", (spent, cap, allowed) => {
  expect(maxInvestigations(spent, cap)).toBe(allowed);
});
