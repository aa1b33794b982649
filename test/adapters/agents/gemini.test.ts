import fc from "fast-check";
import { expect, test } from "vitest";
import { gemini } from "../../../src/adapters/agents/gemini.ts";
import { ORDER, readLines, recorded } from "./readStream.ts";

test("reads a whole piece of work, its messages put together", () => {
  const { events, end } = readLines(gemini, recorded("geminiEdits"));
  const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== "notice");
  expect(kinds).toEqual([
    "turn",
    "message",
    "tool_call",
    "tool_result",
    "turn",
    "message",
    "tool_call",
    "tool_call",
    "tool_result",
    "tool_result",
    "turn",
    "message",
    "usage",
  ]);
  expect(end).toEqual({
    lastMessage: 'All done.\n```json\n{"summary":"made hello"}\n```',
    // What the model itself said it had used, cached input and thoughts included.
    reported: { inputTokens: 5167, outputTokens: 498, costUsd: 0, turns: 3 },
    error: null,
    isComplete: true,
  });
});

test("tells a tool that failed from one that worked", () => {
  const { events } = readLines(gemini, recorded("geminiToolError"));
  expect(events.filter(({ kind }) => kind === "tool_result")).toMatchObject([
    { isError: false },
    { isError: true, output: "File not found: /sandbox/work/nothere.txt" },
  ]);
});

test.each([
  ["geminiTurns", "Reached max session turns"],
  ["gemini401", "scripted failure"],
  ["geminiCut", "terminated"],
])("%s did not come to its end", (name, words) => {
  expect(readLines(gemini, recorded(name)).end).toMatchObject({
    error: expect.stringContaining(words),
    isComplete: false,
  });
});

test("a stack trace in the stream is one notice", () => {
  const notices = readLines(gemini, recorded("gemini401")).events.filter(({ kind }) => kind === "notice");
  expect(notices.filter((event) => "text" in event && event.text.includes("_ApiError"))).toHaveLength(1);
  expect(notices.every((event) => "text" in event && !/^\s*at /.test(event.text))).toBe(true);
});

test("work that stops in the middle is not complete", () => {
  const lines = recorded("geminiEdits");
  for (let count = 0; count < lines.length; count += 1) {
    expect(readLines(gemini, lines.slice(0, count)).end.isComplete).toBe(false);
  }
});

test("no output makes it throw", () => {
  const known = fc.constantFrom(...recorded("geminiEdits"), ...recorded("gemini401"));
  const bent = fc.tuple(known, fc.nat(400), fc.string()).map(([text, at, junk]) => text.slice(0, at) + junk);
  const shaped = fc
    .record({ type: fc.constantFrom("message", "tool_use", "tool_result", "error", "result"), stats: fc.jsonValue() })
    .map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(fc.array(fc.oneof(known, bent, shaped, fc.string())), (lines) => {
      readLines(gemini, lines);
    }),
  );
});

test("asks nobody but the gateway", () => {
  const { argv, env, files, stdin } = gemini.launch(ORDER);
  expect(argv.slice(0, 2)).toEqual(["node", ORDER.program]);
  expect(env).toMatchObject({
    GOOGLE_GEMINI_BASE_URL: "http://127.0.0.1:8787",
    GEMINI_API_KEY: ORDER.key,
    GEMINI_TELEMETRY_ENABLED: "false",
    GEMINI_CLI_TRUST_WORKSPACE: "true",
  });
  expect(JSON.parse(files[".gemini/settings.json"] ?? "")).toMatchObject({ model: { maxSessionTurns: 12 } });
  expect(stdin).toBe("Do it.");
});

test("who judges is not configured by the checkout", () => {
  const { env, files } = gemini.launch({ ...ORDER, mayWrite: false, maxTurns: Infinity });
  expect(env).toMatchObject({ GEMINI_CLI_TRUST_WORKSPACE: "false" });
  expect(JSON.parse(files[".gemini/settings.json"] ?? "")).toMatchObject({ model: { maxSessionTurns: -1 } });
});
