import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import { queuedRun } from "../domain/runFixture.ts";
import { issueDifference } from "../../src/projections/issueDifference.ts";
import { issueNotice } from "../../src/projections/issueNotice.ts";
import { statusComment } from "../../src/projections/statusComment.ts";
import { after, HOSTILE, planned, viewOf } from "./story.ts";

const asked = { ...queuedRun(), request: { ...queuedRun().request, title: "Greet", body: "Say hello.\n\nTo all." } };

function edited(title: string, body: string): RunEvent {
  return { kind: "issue_edited", by: "alice", title, body };
}

describe("an edited issue", () => {
  test("shows what was asked for and what it says now", () => {
    const run = after([...planned(), edited("Greet", "Say hello.\n\nTo nobody.")], asked);
    expect(issueDifference(run)).toMatchInlineSnapshot(`
      "<details><summary>How the issue differs from what the run was asked for</summary>

      Edited by alice. \`-\` is what the run was asked for and keeps to, \`+\` is what the issue says now.

      \`\`\`diff
       # Greet
       
       Say hello.
       
      -To all.
      +To nobody.
      \`\`\`

      </details>"
    `);
    expect(issueNotice(run)).toContain("`/autopack resume`");
  });

  test("in the status comment, with what is needed", () => {
    const comment = statusComment(viewOf(after([...planned(), edited("Greet", "Other.")], asked)));
    expect(comment).toContain("alice edited the issue, and the run waits");
    expect(comment).toContain("+Other.");
  });

  test("cannot say anything in Autopack's name", () => {
    const body = `${HOSTILE}\n\`\`\`\n</details>\n<!-- autopack:run:7-k3f9x2ab -->\n@acme/owners`;
    const section = issueDifference(after([...planned(), edited(`${HOSTILE}\nsecond`, body)], asked));
    expect(section.match(/<!--/g)).toBeNull();
    // Everything of the author's lies inside the fence, which is longer than any of theirs.
    const [, inside = "", outside = ""] = section.split(/^````(?:diff)?$/m);
    expect(inside).toContain("@acme/owners");
    expect(outside.trim()).toBe("</details>");
  });

  test("is not shown in more than a few thousand characters", () => {
    const long = Array.from({ length: 5000 }, (_, index) => `${index} ${"x".repeat(500)}`).join("\n");
    expect(issueDifference(after([...planned(), edited("Greet", long)], asked)).length).toBeLessThan(7000);
  });

  test("and edited back is as it was; the end of the run ends it too", () => {
    const changed = [...planned(), edited("Greet", "Other.")];
    expect(issueDifference(after([...changed, edited("Greet", "Say hello.\n\nTo all.")], asked))).toBe("");
    expect(issueDifference(after([...changed, { kind: "cancel_requested", by: "bob" }], asked))).toBe("");
  });
});

test("a closed issue says when the run ends, and how to keep it", () => {
  const run = after([...planned(), { kind: "issue_closed", by: "bob" }]);
  expect(issueNotice(run)).toBe(
    "bob closed the issue: the run ends, 10 minutes after it was closed. Open the issue again to keep it; `/autopack cancel` ends it now",
  );
  expect(issueNotice(after([{ kind: "issue_reopened", by: "bob" }], run))).toBeNull();
});
