import fc from "fast-check";
import { expect, test } from "vitest";
import { opencode } from "../../../src/adapters/agents/opencode.ts";
import { ORDER, readLines, recorded } from "./readStream.ts";

test("reads a whole piece of work", () => {
  const { events, end } = readLines(opencode, recorded("opencodeEdits"));
  expect(events.map(({ kind }) => kind)).toEqual([
    "turn",
    "message",
    "tool_call",
    "tool_result",
    "usage",
    "turn",
    "message",
    "tool_call",
    "tool_result",
    "tool_call",
    "tool_result",
    "usage",
    "turn",
    "message",
    "usage",
  ]);
  expect(events).toContainEqual({
    kind: "tool_call",
    id: "call_2_0",
    name: "write",
    input: '{"filePath":"/sandbox/work/hello.txt","content":"hello\\n"}',
  });
  expect(end).toEqual({
    lastMessage: 'All done.\n```json\n{"summary":"made hello"}\n```',
    // What the model itself said it had used, cached input and thoughts included.
    reported: { inputTokens: 5167, outputTokens: 498, costUsd: 0, turns: 3 },
    error: null,
    isComplete: true,
  });
});

test("tells a tool that failed from one that worked", () => {
  const { events } = readLines(opencode, recorded("opencodeToolError"));
  expect(events.filter(({ kind }) => kind === "tool_result")).toMatchObject([
    { id: "call_1_1", isError: true, output: expect.stringContaining("File not found") },
    { id: "call_1_0", isError: false },
  ]);
});

test("an error of the model is one of the agent", () => {
  const { end } = readLines(opencode, recorded("opencodeJunk"));
  expect(end).toMatchObject({ error: expect.stringContaining("JSON parsing failed"), isComplete: false });
});

test("work that stops in the middle is not complete", () => {
  const lines = recorded("opencodeEdits");
  for (let count = 0; count < lines.length; count += 1) {
    expect(readLines(opencode, lines.slice(0, count)).end.isComplete).toBe(false);
  }
});

test("an answer that was cut off is said to be", () => {
  const finish = '{"type":"step_finish","part":{"reason":"length","tokens":null}}';
  expect(readLines(opencode, [finish]).end).toMatchObject({ error: expect.stringContaining("length") });
});

test("no output makes it throw", () => {
  const known = fc.constantFrom(...recorded("opencodeEdits"), ...recorded("opencodeJunk"));
  const bent = fc.tuple(known, fc.nat(400), fc.string()).map(([text, at, junk]) => text.slice(0, at) + junk);
  const shaped = fc
    .record({ type: fc.constantFrom("text", "tool_use", "step_finish", "error"), part: fc.jsonValue() })
    .map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(fc.array(fc.oneof(known, bent, shaped, fc.string())), (lines) => {
      readLines(opencode, lines);
    }),
  );
});

test("asks nobody but the gateway, and reads no configuration of the repository", () => {
  const { argv, env, files, stdin } = opencode.launch(ORDER);
  const [file = ""] = Object.values(files);
  expect(JSON.parse(file)).toMatchObject({
    provider: { autopack: { npm: "@ai-sdk/openai-compatible", options: { baseURL: "http://127.0.0.1:8787/v1" } } },
    enabled_providers: ["autopack"],
    agent: { build: { steps: 12 } },
    permission: { edit: "allow", webfetch: "deny" },
  });
  expect(argv).toContain("autopack/vendor/model-1");
  expect(env).toMatchObject({ OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_PROJECT_CONFIG: "1" });
  expect(argv.join(" ")).not.toContain(ORDER.key);
  expect(file).not.toContain(ORDER.key);
  expect(stdin).toBe("Do it.");
});

test("who judges edits nothing but the result, and is not instructed by the checkout", () => {
  const { files } = opencode.launch({ ...ORDER, mayWrite: false, maxTurns: Infinity });
  const config = JSON.parse(Object.values(files)[0] ?? "") as object;
  expect(config).toMatchObject({
    agent: { build: {} },
    instructions: [],
    permission: { edit: { "*": "deny", "*exchange/*": "allow" } },
  });
});
