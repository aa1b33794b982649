import { expect, test } from "vitest";
import type { Answer } from "../../src/domain/answer.ts";
import { answerBody } from "../../src/projections/answerBody.ts";
import { RUN_ID, SETTINGS } from "../domain/runFixture.ts";
import { after, HOSTILE, promotable, viewOf } from "./story.ts";

const waiting = viewOf(after(promotable({ promotion: { ...SETTINGS.promotion, approvals: 1 } })));

test.each<[string, Answer]>([
  [
    "refused",
    { kind: "refused", what: "/autopack cancel", by: "mallory", why: "it needs write access to this repository" },
  ],
  ["refused-hostile", { kind: "refused", what: HOSTILE, by: "@mallory", why: HOSTILE }],
  [
    "not-understood",
    {
      kind: "not_understood",
      text: "/autopack retyr",
      message: "There is no such command.",
      suggestion: "/autopack retry",
    },
  ],
  [
    "not-understood-hostile",
    { kind: "not_understood", text: HOSTILE, message: "There is no such command.", suggestion: null },
  ],
  ["help", { kind: "help" }],
  ["status", { kind: "status", runId: RUN_ID }],
])("answer %s", async (name, answer) => {
  const { body } = answerBody(answer, waiting);
  await expect(body).toMatchFileSnapshot(`../../fixtures/comments/answer-${name}.md`);
});

test("no run to tell of", async () => {
  const { body } = answerBody({ kind: "status", runId: null }, null);
  await expect(body).toMatchFileSnapshot("../../fixtures/comments/answer-status-none.md");
});

test("what the status comment shows needs no comment of its own", () => {
  expect(answerBody({ kind: "started", runId: RUN_ID }, null)).toEqual({ reaction: "rocket", body: null });
  expect(answerBody({ kind: "accepted", runId: RUN_ID }, null)).toEqual({ reaction: "+1", body: null });
});

function reactionTo(answer: Answer): string {
  return answerBody(answer, null).reaction;
}

test("each outcome has its reaction", () => {
  expect(reactionTo({ kind: "refused", what: "x", by: "y", why: "z" })).toBe("-1");
  expect(reactionTo({ kind: "not_understood", text: "x", message: "y", suggestion: null })).toBe("confused");
  expect(reactionTo({ kind: "help" })).toBe("+1");
  expect(reactionTo({ kind: "status", runId: null })).toBe("+1");
});
