import { afterEach, beforeEach, expect, test } from "vitest";
import type { AgentRoom } from "./agentRoom.ts";
import { openAgentRoom } from "./agentRoom.ts";
import { REAL_KEY, TESTED } from "./backends.ts";
import { countedByGateway } from "./meteredAsCounted.ts";

const EDIT = { kind: "write_file", path: "src/greet.js", text: "export const greet = () => 'hi';\n" } as const;
const WORK = [
  { say: "First I look.", tools: [{ kind: "read_file", path: "src/greet.js" }] },
  { say: "Then I write.", tools: [EDIT] },
  { say: "And I test.", tools: [{ kind: "shell", command: "node --test && echo TESTED-ALL" }] },
  { say: "Done: it says hi." },
] as const;

let room: AgentRoom;
beforeEach(async () => {
  room = await openAgentRoom();
});
afterEach(async () => room.close());

test.each([
  // It needs no leave by its configuration.
  { backend: "opencode", acp: ["opencode", "acp"], asksToEdit: false },
  { backend: "gemini", acp: ["gemini", "--acp"], asksToEdit: true },
] as const)(
  "$backend, driven by the protocol, edits a file, tests it, and is metered exactly",
  async ({ asksToEdit, ...part }) => {
    const played = await room.play({ ...part, script: WORK });

    expect(played.outcome).toMatchObject({
      kind: "finished",
      facts: { version: TESTED[part.backend].cli.npm.version },
    });
    expect(await room.read("src/greet.js")).toBe(EDIT.text);
    expect(played.events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: "message", text: expect.stringContaining("Done: it says hi") }),
        expect.objectContaining({ kind: "tool_call", input: expect.stringContaining("node --test") }),
      ]),
    );
    expect(played.output.includes('"answer":"allow_once"')).toBe(asksToEdit);
    expect(played.output).not.toMatch(/"answer":"(?!allow_once)/);
    countedByGateway(played);
    expect(new Set(played.model.requests.map(({ key }) => key))).toEqual(new Set([REAL_KEY]));
    expect(played.output).not.toContain(REAL_KEY);
  },
);

test("whoever judges is given leave to write its result, and none to edit", async () => {
  const verdict = '{"verdict":"revise","confidence":"high","summary":"It greets nobody.","findings":[]}';
  const script = [
    { say: "I try.", tools: [EDIT] },
    { say: "So I say.", tools: [{ kind: "write_file", path: "/sandbox/exchange/result.json", text: verdict }] },
    { say: "Judged." },
  ] as const;
  const played = await room.play({ backend: "gemini", acp: ["gemini", "--acp"], role: "auditor", script });

  expect(played.outcome).toMatchObject({ kind: "finished", result: verdict });
  expect(await room.read("src/greet.js")).not.toBe(EDIT.text);
  expect(played.events.filter(({ kind }) => kind === "notice")).toEqual([
    { kind: "notice", text: "Not allowed: Writing to src/greet.js" },
  ]);
  countedByGateway(played);
});
