import { expect, test } from "vitest";
import { attemptEventLines } from "../../src/projections/attemptEventLines.ts";

const AT = new Date("2026-01-01T15:04:05Z");

test("an event is told in a line or a few, and a terminal obeys nothing in it", () => {
  const told = (
    [
      ["turn", { number: 3 }],
      ["message", { text: "I look.\n\u001B[31mred\u001B[0m" }],
      ["tool_call", { id: "1", name: "bash", input: '{"command":"ls\\nls"}' }],
      ["tool_result", { id: "1", output: "1\n2\n3\n4\n5\n6\n7", isError: false }],
      ["tool_result", { id: "2", output: "", isError: true }],
      ["usage", { inputTokens: 5, outputTokens: 2, turns: 1 }],
      ["notice", { text: "again\u0007" }],
    ] as const
  ).flatMap(([kind, payload]) => attemptEventLines({ at: AT, kind, payload, isTruncated: false }));
  expect(told.join("\n")).toBe(`
15:04:05 turn 3
    I look.
    red
    > bash {"command":"ls\\nls"}
    < 1
      2
      3
      4
      5
      6
      …
    < failed: (nothing)
    = 5 tokens in, 2 out, 1 turns by the agent's own count
    ! again`);
});
