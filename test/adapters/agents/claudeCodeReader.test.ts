import { describe, expect, it } from "vitest";
import { claudeCode } from "../../../src/adapters/agents/claudeCode.ts";
import { readLines, recorded } from "./readStream.ts";

describe("claudeCodeReader", () => {
  it("reads an attempt that edits a file, runs a command and ends", () => {
    const { events, end } = readLines(claudeCode, recorded("claudeCodeEdits"));

    expect(events.map((event) => event.kind).join(" ")).toBe(
      `${"turn message tool_call tool_result ".repeat(3)}turn message usage`,
    );
    expect(events).toContainEqual({ kind: "turn", number: 4 });
    expect(events).toContainEqual({
      kind: "tool_call",
      id: "call_3_0",
      name: "Bash",
      input: '{"command":"cat greet.js; exit 3"}',
    });
    expect(events).toContainEqual({
      kind: "tool_result",
      id: "call_3_0",
      output: "Exit code 3\nmodule.exports = () => 'hi';",
      isError: true,
    });
    // What the model counted for its four answers: 7562 in, 760 out.
    expect(end).toEqual({
      lastMessage: 'All done.\n```json\n{"summary": "Says hi."}\n```',
      reported: { inputTokens: 7562, outputTokens: 760, costUsd: 0.0319947, turns: 4 },
      error: null,
      isComplete: true,
    });
  });

  it("has failed when the turns are used up", () => {
    const { end } = readLines(claudeCode, recorded("claudeCodeTurns"));

    expect(end).toMatchObject({ error: "Reached maximum number of turns (2)", isComplete: false });
  });

  it("does not believe a success that is an error", () => {
    const stream = recorded("claudeCode401");
    const { events, end } = readLines(claudeCode, stream);

    expect(stream.at(-1)).toContain('"subtype":"success"');
    expect(events.map((event) => event.kind)).toEqual(["notice", "notice", "notice", "usage"]);
    expect(end).toMatchObject({ error: "Failed to authenticate. API Error: 401 scripted failure", isComplete: false });
  });

  it("is not complete without a result", () => {
    const whole = recorded("claudeCodeEdits");
    const { end } = readLines(claudeCode, whole.slice(0, -1));

    expect(end).toMatchObject({ reported: null, error: null, isComplete: false });
    expect(end.lastMessage).toContain("All done.");
  });

  it("bears a result that lacks what it should have", () => {
    const { end } = readLines(claudeCode, ['{"type":"result","usage":{"input_tokens":-3}}']);

    expect(end).toMatchObject({ isComplete: false, error: "Claude Code ended with an error." });
    expect(end.reported).toEqual({ inputTokens: 0, outputTokens: 0, costUsd: 0, turns: 0 });
  });
});
