import { expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import { labels } from "../../src/projections/labels.ts";
import { SETTINGS, sha } from "../domain/runFixture.ts";
import { after, exhausted, landed, planned, promotable } from "./story.ts";

const approvals = { promotion: { ...SETTINGS.promotion, approvals: 1 } };

test.each<[string, readonly RunEvent[], readonly string[]]>([
  ["queued", [], ["autopack:running"]],
  ["building", planned(), ["autopack:running"]],
  ["awaiting approval of the plan", planned({ planApproval: true }), ["autopack:running", "autopack:needs-human"]],
  ["verifying", landed(), ["autopack:running"]],
  ["promotable", promotable(), ["autopack:running"]],
  ["awaiting approval of the head", promotable(approvals), ["autopack:running", "autopack:needs-human"]],
  ["failed", exhausted, ["autopack:needs-human"]],
  ["broken", [...planned(), { kind: "work_failed", intent: "x", message: "y" }], ["autopack:blocked"]],
  ["promoted", [...promotable(), { kind: "pull_merged", sha: sha("e"), by: "bob" }], ["autopack:done"]],
  ["cancelled", [...planned(), { kind: "cancel_requested", by: "bob" }], []],
])("%s", (_, events, expected) => {
  const { add, remove } = labels(after(events));
  expect(add.map((label) => label.name)).toEqual(expected);
  expect(remove).not.toContain("autopack");
  expect(remove).toHaveLength(5 - expected.length);
});
