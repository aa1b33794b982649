import { expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import { configReview } from "../../src/projections/configReview.ts";
import { groupPromotion, pullPromotion } from "../../src/projections/foreignCheck.ts";
import { SETTINGS, sha } from "../domain/runFixture.ts";
import { after, HOSTILE, landed, promotable } from "./story.ts";

const SHA = sha("9");
const approvals = { promotion: { ...SETTINGS.promotion, approvals: 1 } };

function group(events: readonly RunEvent[] | null, pull: number | null = 8): string {
  const { conclusion, title } = groupPromotion(SHA, { pull, run: events === null ? null : after(events) });
  return `${conclusion ?? ""}: ${title}`;
}

test("a pull request that is none of Autopack's passes", () => {
  expect(pullPromotion(SHA, null)).toMatchObject({
    name: "autopack/promotion",
    externalId: `foreign/promotion/${SHA}`,
    status: "completed",
    conclusion: "success",
    title: "Not an Autopack pull request",
    actions: [],
  });
});

test("what comes after a run's end does not", () => {
  const run = after([...promotable(), { kind: "cancel_requested", by: "bob" }]);
  expect(pullPromotion(SHA, run)).toMatchObject({ conclusion: "failure" });
});

test("a merge group passes with the conditions of its pull request", () => {
  expect(group(null)).toBe("success: Not an Autopack pull request");
  expect(group(promotable())).toBe("success: Ready to merge");
  // The queue tests it together with the base as it will be.
  expect(group([...promotable(), { kind: "base_moved" }])).toBe("success: Ready to merge");
  expect(group([...promotable(), { kind: "gate_rerun_requested", by: "bob", gate: "ci", profile: null }])).toBe(
    "failure: Not ready to merge",
  );
  expect(group([...promotable(), { kind: "head_moved", from: sha("c"), to: sha("d"), by: "bob", commits: 1 }])).toBe(
    "failure: Not ready to merge",
  );
  expect(group(promotable(approvals))).toBe("failure: Not ready to merge");
  expect(group(landed().slice(0, -1))).toBe("failure: Not ready to merge");
  expect(group(null, null)).toBe("failure: It cannot be told whose merge group this is");
});

test("a configuration's text is repeated harmlessly", () => {
  const problems = [{ path: ".github/autopack.yml", line: 3, column: 5, message: `no key ${HOSTILE}` }];
  const check = configReview(SHA, { kind: "refused", message: "it is not valid", problems }, "main");
  expect(check).toMatchObject({ conclusion: "failure", title: "1 problem found" });
  expect(check.summary).not.toContain("@acme");
  expect(check.summary).not.toMatch(/(?<!\\)<img/);
  expect(check.annotations).toMatchObject([{ path: ".github/autopack.yml", startLine: 3, level: "failure" }]);
  expect(configReview(SHA, { kind: "valid" }, "main").conclusion).toBe("success");
  expect(configReview(SHA, { kind: "removed" }, "main").conclusion).toBe("neutral");
});
