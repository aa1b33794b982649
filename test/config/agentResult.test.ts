import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBuilderResult, readVerdict } from "../../src/config/agentResult.ts";
import { isPlain } from "../../src/domain/plainText.ts";

const json = JSON.stringify;
function usageOf(usage: unknown) {
  const result = readBuilderResult(json({ usage }));
  return result.kind === "ok" ? result.usage : result.message;
}

const APPROVAL = { verdict: "approve", confidence: "high" };

describe("what a Builder says", () => {
  test("nothing at all is fine", () => {
    const nothing = {
      kind: "ok",
      summary: "",
      findings: [],
      usage: { inputTokens: 0, outputTokens: 0, costUsd: 0, turns: 0 },
    };
    expect(readBuilderResult(null)).toEqual(nothing);
    expect(readBuilderResult(" \n")).toEqual(nothing);
    expect(readBuilderResult("{}")).toEqual(nothing);
  });

  test("all there is to say; keys nobody asked for are passed over", () => {
    const said = {
      summary: "Added\u0000 greet().\r\n",
      usage: { input_tokens: 10.4, output_tokens: 2, cost_usd: 0.01, turns: 4, cache: 5 },
      findings: [{ severity: "minor", title: "Old\ncode", detail: "See there." }],
      mood: "good",
    };
    expect(readBuilderResult(json(said))).toEqual({
      kind: "ok",
      summary: "Added greet().",
      usage: { inputTokens: 10, outputTokens: 2, costUsd: 0.01, turns: 4 },
      findings: [
        { severity: "minor", source: "builder", title: "Old code", detail: "See there.", path: null, lines: null },
      ],
    });
  });

  test("usage that makes no sense is no usage", () => {
    expect(usageOf({ input_tokens: -1, output_tokens: "7", cost_usd: 1 })).toEqual({
      inputTokens: 0,
      outputTokens: 0,
      costUsd: 1,
      turns: 0,
    });
    expect(usageOf("much")).toEqual({ inputTokens: 0, outputTokens: 0, costUsd: 0, turns: 0 });
  });

  test.each([
    "nope",
    "[]",
    "null",
    '{"summary": 5}',
    '{"findings": [{"severity": "critical", "title": "x"}]}',
    "\u0000\u0001",
  ])("junk: %s", (text) => {
    expect(readBuilderResult(text)).toMatchObject({ kind: "junk", message: expect.stringMatching(/^The result/) });
  });
});

describe("what an Auditor says", () => {
  test("a verdict", () => {
    const finding = { severity: "major", title: "Wrong", detail: "", path: "./src/a.ts", line: 3, end_line: 5 };
    expect(readVerdict(json({ verdict: "revise", confidence: "low", findings: [finding] }))).toEqual({
      kind: "ok",
      decision: "revise",
      confidence: "low",
      summary: "",
      findings: [
        {
          severity: "major",
          source: "auditor",
          title: "Wrong",
          detail: "",
          path: "src/a.ts",
          lines: { start: 3, end: 5 },
        },
      ],
      usage: { inputTokens: 0, outputTokens: 0, costUsd: 0, turns: 0 },
    });
  });

  test("what is no verdict, in words", () => {
    const texts = [
      null,
      "",
      "LGTM",
      "{}",
      json({ ...APPROVAL, verdict: "approved" }),
      json({ verdict: "approve" }),
      json({ verdict: "revise", confidence: "high" }),
      json({ ...APPROVAL, findings: [{ title: "x" }, 5] }),
      json({ ...APPROVAL, summary: "x".repeat(1024 * 1024) }),
    ];
    const messages = texts.map(readVerdict).map((result) => (result.kind === "junk" ? result.message : result));
    expect(messages).toMatchInlineSnapshot(`
      [
        "The Auditor left no verdict.",
        "The Auditor left no verdict.",
        "The result is not JSON: Unexpected token 'L', "LGTM" is not valid JSON.",
        "The result does not have the form asked for. \`verdict\` is missing. \`confidence\` is missing.",
        "The result does not have the form asked for. \`verdict\` must be \`approve\` or \`revise\` or \`escalate\`, not \`"approved"\`.",
        "The result does not have the form asked for. \`confidence\` is missing.",
        "The Auditor asked for a revision and did not say of what.",
        "The result does not have the form asked for. \`findings[0].severity\` is missing. \`findings[1]\` must be a mapping, not \`5\`.",
        "The result is longer than 1048576 characters.",
      ]
    `);
  });

  test.each([
    { at: ["a.ts", 1], path: "a.ts", lines: { start: 1, end: 1 } },
    { at: ["a.ts", 5, 2], path: "a.ts", lines: { start: 5, end: 5 } },
    { at: ["a.ts", 0, 2], path: "a.ts", lines: null },
    { at: ["a.ts", "3", null], path: "a.ts", lines: null },
    { at: ["a.ts", 1.5], path: "a.ts", lines: null },
    { at: [undefined, 3, 4], path: null, lines: null },
    { at: ["/etc/passwd", 1, 1], path: null, lines: null },
    { at: ["../a.ts", 1, 1], path: null, lines: null },
    { at: ["a/../../b", 1, 1], path: null, lines: null },
    { at: ["C:\\a.ts", 1, 1], path: null, lines: null },
    { at: [".git/config", 1, 1], path: null, lines: null },
    { at: ["a\nb", 1, 1], path: null, lines: null },
    { at: ["a//b", 1, 1], path: null, lines: null },
    { at: [5, 1, 1], path: null, lines: null },
  ])("a finding at $at", ({ at, path, lines }) => {
    const finding = { severity: "minor", title: "t", path: at[0], line: at[1], end_line: at[2] };
    const result = readVerdict(json({ ...APPROVAL, findings: [finding] }));
    expect(result).toMatchObject({ kind: "ok", findings: [{ path, lines }] });
  });

  test("of too many findings the major ones are kept, and long texts are cut", () => {
    const minor = { severity: "minor", title: "m".repeat(500), detail: "d".repeat(5000) };
    const major = { severity: "major", title: "M" };
    const result = readVerdict(json({ ...APPROVAL, findings: [...Array.from({ length: 150 }, () => minor), major] }));
    if (result.kind === "junk") throw new Error(result.message);
    expect(result.findings).toHaveLength(100);
    expect(result.findings[0]?.severity).toBe("major");
    expect(result.findings[1]?.title).toHaveLength(200);
    expect(result.findings[1]?.detail).toHaveLength(4000);
  });
});

test("whatever an agent leaves, nothing throws, and nothing that PostgreSQL cannot store comes through", () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("approve", "revise", "high", "major", "a.ts", 1, null),
      fc.string({ unit: "binary" }),
      fc.array(tie("value")),
      fc.dictionary(
        fc.constantFrom("verdict", "confidence", "summary", "findings", "severity", "title", "__proto__"),
        tie("value"),
      ),
    ),
  })).value;
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    value.map((made) => json(made) ?? ""),
  );
  fc.assert(
    fc.property(text, (left) => {
      for (const result of [readBuilderResult(left), readVerdict(left)]) {
        json(result, (_, part: unknown) => {
          if (typeof part === "string") expect(isPlain(part)).toBe(true);
          return part;
        });
      }
    }),
    { numRuns: 500 },
  );
});
