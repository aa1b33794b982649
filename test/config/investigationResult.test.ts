import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readInvestigation } from "../../src/config/investigationResult.ts";

const json = JSON.stringify;
const PART = { title: "First half", instructions: "Do the first half." };
const NOTHING_USED = { inputTokens: 0, outputTokens: 0, costUsd: 0, turns: 0 };

test("a new approach", () => {
  const said = {
    decision: "new_approach",
    summary: "It mocks the clock.",
    instructions: "Pass\r\nthe clock in.\u0000",
    usage: { input_tokens: 10, turns: 3 },
    mood: "good",
  };
  expect(readInvestigation(json(said))).toEqual({
    kind: "ok",
    answer: { decision: "new_approach", summary: "It mocks the clock.", instructions: "Pass\nthe clock in." },
    usage: { ...NOTHING_USED, inputTokens: 10, turns: 3 },
  });
});

test("a split, with titles turned into places", () => {
  const second = { ...PART, title: "Second\nhalf", files: ["src/**"], acceptance: ["works"], after: ["first half"] };
  expect(readInvestigation(json({ decision: "split", summary: "Too much.", phases: [PART, second] }))).toEqual({
    kind: "ok",
    answer: {
      decision: "split",
      summary: "Too much.",
      phases: [
        { ...PART, files: [], acceptance: [], after: [] },
        { ...PART, title: "Second half", files: ["src/**"], acceptance: ["works"], after: [0] },
      ],
    },
    usage: NOTHING_USED,
  });
});

test("giving up, with the reason", () => {
  const answer = { decision: "give_up", summary: "The API does not exist." };
  expect(readInvestigation(json(answer))).toMatchObject({ kind: "ok", answer });
});

const split = (...phases: readonly object[]) => ({ decision: "split", summary: "", phases });

describe("junk", () => {
  test.each<[string, unknown, RegExp]>([
    ["another decision", { decision: "retry" }, /decision/],
    ["no decision", {}, /decision/],
    ["an approach that is none", { decision: "new_approach", summary: "Think." }, /did not say which/],
    ["giving up without a word", { decision: "give_up" }, /did not say why/],
    ["no parts", split(), /no phases/],
    [
      "too many parts",
      split(...Array.from({ length: 6 }, (_, index) => ({ ...PART, title: `${index}` }))),
      /at most 5/,
    ],
    ["the same title twice", split(PART, { ...PART, title: "first HALF" }), /same title/],
    ["a blank title", split({ ...PART, title: " " }), /no title/],
    ["a part without instructions", split({ ...PART, instructions: " " }), /no instructions/],
    ["a part after one that is not there", split({ ...PART, after: ["Other"] }), /after “Other”/],
    ["a part after itself", split({ ...PART, after: ["First half"] }), /wait for each other/],
    [
      "parts in a circle",
      split({ ...PART, after: ["B"] }, { ...PART, title: "B", after: ["First half"] }),
      /wait for each other/,
    ],
    ["a path out of the repository", split({ ...PART, files: ["../etc"] }), /relative/],
  ])("%s", (_what, said, message) => {
    expect(readInvestigation(json(said))).toEqual({ kind: "junk", message: expect.stringMatching(message) as string });
  });

  test.each([null, "", " \n", "nope", "[]", "null"])("%j", (text) => {
    expect(readInvestigation(text)).toMatchObject({ kind: "junk" });
  });

  test("is told apart from sense whatever comes", () => {
    const part = fc.record(
      {
        title: fc.constantFrom("A", "B", "", "C"),
        instructions: fc.string(),
        after: fc.array(fc.constantFrom("A", "B", "C", "D")),
        files: fc.array(fc.string()),
      },
      { requiredKeys: [] },
    );
    const answer = fc.record(
      {
        decision: fc.constantFrom("new_approach", "split", "give_up", "other"),
        summary: fc.string(),
        instructions: fc.string(),
        phases: fc.array(part, { maxLength: 7 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(answer.map(json), fc.json(), fc.string()), (text) => {
        const read = readInvestigation(text);
        if (read.kind !== "ok" || read.answer.decision !== "split") return;
        expect(read.answer.phases.length).toBeGreaterThan(0);
        for (const { after } of read.answer.phases) expect(after).not.toContain(-1);
      }),
    );
  });
});
