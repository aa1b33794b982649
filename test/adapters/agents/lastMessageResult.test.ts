import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lastMessageResult } from "../../../src/adapters/agents/lastMessageResult.ts";

const VERDICT = '{"verdict": "approve"}';

describe("lastMessageResult", () => {
  it.each([
    ["a message that is JSON alone", VERDICT],
    ["a fenced block", `Here it is:\n\`\`\`json\n${VERDICT}\n\`\`\`\nBye.`],
    ["a block without a language", `\`\`\`\n${VERDICT}\n\`\`\``],
    ["the last of several blocks", `\`\`\`json\n{"verdict": "revise"}\n\`\`\`\nNo:\n~~~json\n${VERDICT}\n~~~\n`],
    [
      "the last that is an object",
      `\`\`\`json\n${VERDICT}\n\`\`\`\n\`\`\`json\n[1]\n\`\`\`\n\`\`\`json\n{oops\n\`\`\``,
    ],
  ])("is %s", (_what, message) => {
    expect(lastMessageResult(message, "auditor")).toBe(VERDICT);
  });

  it.each(["", "Done.", "[1]", "null", "```js\n{}\n```", `I approve: ${VERDICT}`])("is not there in %j", (message) => {
    expect(lastMessageResult(message, "auditor")).toBeNull();
  });

  it("takes no example for a Builder's result", () => {
    expect(lastMessageResult('I wrote:\n```json\n{"name": "x"}\n```', "builder")).toBeNull();
    expect(lastMessageResult('```json\n{"summary": "x"}\n```', "builder")).toBe('{"summary": "x"}');
  });

  it("bears any text, in time that grows with its length", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "~", "\n", " ", "{", "}", "a"), maxLength: 2000 }), (text) => {
        const result = lastMessageResult(text, "planner");

        if (result !== null) expect(JSON.parse(result)).toBeTypeOf("object");
      }),
    );
    expect(lastMessageResult("```json\n".repeat(100_000), "auditor")).toBeNull();
  });
});
