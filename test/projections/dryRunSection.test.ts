import { expect, test } from "vitest";
import { checkRuns } from "../../src/projections/checkRuns.ts";
import { dryRunSection } from "../../src/projections/dryRunSection.ts";
import { statusComment } from "../../src/projections/statusComment.ts";
import { queuedRun } from "../domain/runFixture.ts";
import { after, promotable, viewOf } from "./story.ts";

const dry = {
  ...queuedRun(),
  request: { ...queuedRun().request, wishes: { ...queuedRun().request.wishes, form: "dry_run" as const } },
};

test("a dry run says what would have landed, and links to nothing that is not there", () => {
  const run = after(promotable(), dry);
  expect(run.state.kind).toBe("no_changes");
  expect(dryRunSection(run)).toContain("2 files, +10 −");
  const comment = statusComment(viewOf(run));
  expect(comment).toContain("dry run done: 2 phases would land");
  expect(comment).toContain("nothing was pushed, and no pull request was opened");
  expect(comment).not.toMatch(/\/commit\/|\/compare\/|autonomous\//);
  expect(checkRuns(viewOf(run))).toEqual([]);
});

test("other runs, and those that have made nothing, say nothing of it", () => {
  expect(dryRunSection(after(promotable()))).toBe("");
  expect(dryRunSection(dry)).toBe("");
});
