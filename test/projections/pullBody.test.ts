import { expect, test } from "vitest";
import { pullBody, pullText, pullTitle } from "../../src/projections/pullBody.ts";
import { queuedRun } from "../domain/runFixture.ts";
import { after, HOSTILE, landed, landing, OPENED, planned, promotable, viewOf } from "./story.ts";

const draft = viewOf(after([...planned(), ...landing(1, "b"), OPENED]));
const ready = viewOf(after(promotable()));

test("the plan at first, the evidence at the end", async () => {
  await expect(pullBody(draft, null)).toMatchFileSnapshot("../../fixtures/comments/pull-draft.md");
  await expect(pullBody(ready, null)).toMatchFileSnapshot("../../fixtures/comments/pull-ready.md");
});

test("progress alone is no reason to write it", () => {
  expect(pullText(viewOf(after(landed())))).toBe(pullText(draft));
});

test("what people wrote around it stays", () => {
  const edited = `Hello.\n\n${pullBody(draft, null)}\n\nBye.`;
  expect(pullBody(ready, edited)).toBe(`Hello.\n\n${pullBody(ready, null)}\n\nBye.`);
  expect(pullBody(ready, pullBody(ready, edited))).toBe(pullBody(ready, edited));
});

test("where a marker is gone nothing of theirs is lost, and it is whole again", () => {
  const broken = `Hello.\n<!-- autopack:begin -->\nold text`;
  const mended = pullBody(ready, broken);
  expect(mended).toBe(`${pullBody(ready, null)}\n\nHello.\n\nold text`);
  expect(pullBody(ready, mended)).toBe(mended);
});

test("somebody's text closes no issue and breaks no marker", () => {
  const hostile = viewOf(after(planned({}, [HOSTILE])));
  const body = pullBody(hostile, null);
  expect(body).not.toMatch(/fixes #12|@acme/);
  expect(body.match(/<!-- autopack:end -->/g)).toHaveLength(1);
});

test("a run whose issue has no visible title still has one", () => {
  const run = queuedRun();
  expect(pullTitle({ ...run, request: { ...run.request, title: "\u202E" } })).toBe("Autopack run 7-k3f9x2ab");
});
