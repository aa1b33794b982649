import { describe, expect, it } from "vitest";
import { codex } from "../../../src/adapters/agents/codex.ts";
import { readLines, recorded } from "./readStream.ts";

function item(type: string, id: string): string {
  const each = { id, type: "command_execution", command: id, aggregated_output: "", exit_code: 0 };
  return JSON.stringify({ type, item: each });
}

describe("codexReader", () => {
  it("reads an attempt that edits a file, runs a command and ends", () => {
    const { events, end } = readLines(codex, recorded("codexEdits"));

    expect(events.map((event) => event.kind).join(" ")).toBe(
      `notice ${"turn message tool_call tool_result ".repeat(3)}turn message usage`,
    );
    expect(events.findLast((event) => event.kind === "turn")).toEqual({ kind: "turn", number: 4 });
    expect(events).toContainEqual({
      kind: "tool_result",
      id: "item_6",
      output: "module.exports = () => 'hi';\n",
      isError: true,
    });
    expect(end).toEqual({
      lastMessage: 'All done.\n```json\n{"summary": "Says hi."}\n```',
      reported: { inputTokens: 7562, outputTokens: 760, costUsd: 0, turns: 4 },
      error: null,
      isComplete: true,
    });
  });

  it("tells what a failed turn said, and calls what was tried again a notice", () => {
    const { events, end } = readLines(codex, recorded("codex401"));

    expect(events.filter((event) => event.kind === "notice")).toHaveLength(5);
    expect(end.error).toContain("unexpected status 401");
    expect(end).toMatchObject({ lastMessage: null, reported: null, isComplete: false });
  });

  it("is not complete when the stream breaks off, as where its own sandbox breaks and it exits 0", () => {
    const whole = recorded("codexEdits");
    const { end } = readLines(codex, whole.slice(0, -1));

    expect(end).toMatchObject({ error: null, isComplete: false });
  });

  it("counts commands that run side by side as one round", () => {
    const lines = [
      '{"type":"turn.started"}',
      item("item.started", "a"),
      item("item.started", "b"),
      item("item.completed", "a"),
      item("item.completed", "b"),
      item("item.completed", "c"),
    ];
    const { events } = readLines(codex, lines);

    expect(events.filter((event) => event.kind === "turn")).toHaveLength(2);
    expect(events.filter((event) => event.kind === "tool_call")).toHaveLength(3);
  });
});
