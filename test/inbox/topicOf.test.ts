import { describe, expect, test } from "vitest";
import { topicOf } from "../../src/inbox/topicOf.ts";

const AT = "2026-11-21T10:00:00Z";
const repository = { id: 101 };
const issue = { number: 7, updated_at: AT, title: "Greet", body: null };

function edited(title: string) {
  return topicOf("issues", { action: "edited", repository, issue: { ...issue, title } });
}

describe("what a delivery tells", () => {
  test.each([
    ["issue_comment", { action: "created", comment: { id: 5, created_at: AT } }, "comment:5"],
    ["pull_request_review", { action: "submitted", review: { id: 6, submitted_at: AT } }, "review:6:submitted"],
    ["issues", { action: "labeled", repository, issue, label: { name: "Autopack" } }, "issues:101#7:labeled:autopack"],
    ["issues", { action: "closed", repository, issue }, "issues:101#7:closed"],
    [
      "pull_request",
      { action: "converted_to_draft", repository, pull_request: { number: 8, updated_at: AT } },
      "pull_request:101#8:converted_to_draft",
    ],
  ])("%s", (event, payload, name) => {
    expect(topicOf(event, payload)).toEqual({ name, at: AT });
  });

  test("a push tells where a branch is, whenever that was", () => {
    const payload = { repository, ref: "refs/heads/main", after: "a".repeat(40) };
    expect(topicOf("push", payload)).toEqual({ name: `push:101:refs/heads/main:${"a".repeat(40)}`, at: null });
  });

  test("an edit tells how the issue reads now", () => {
    expect(edited("Greet")).toEqual(edited("Greet"));
    expect(edited("Greet")).not.toEqual(edited("Greet all"));
  });

  test.each([
    ["star", { action: "created" }],
    ["issues", { action: "labeled" }],
    ["issue_comment", { action: "edited", comment: { id: 5, created_at: AT } }],
    ["push", null],
  ])("%s that no sweep could bring has no topic", (event, payload) => {
    expect(topicOf(event, payload)).toBeNull();
  });
});
