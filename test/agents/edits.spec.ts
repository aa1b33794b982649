import { afterEach, beforeEach, expect, test } from "vitest";
import type { AgentRoom } from "./agentRoom.ts";
import { openAgentRoom } from "./agentRoom.ts";
import { REAL_KEY, TESTED } from "./backends.ts";
import { meteredAsCounted } from "./meteredAsCounted.ts";

const WORK = [
  { say: "First I look.", tools: [{ kind: "read_file", path: "src/greet.js" }] },
  {
    say: "Then I write.",
    tools: [
      { kind: "write_file", path: "src/greet.js", text: "export const greet = (name = 'you') => `hi ${name}`;\n" },
    ],
  },
  { say: "And I test.", tools: [{ kind: "shell", command: "node --test && echo TESTED-ALL" }] },
  { say: "Done: it greets by name." },
] as const;

let room: AgentRoom;
beforeEach(async () => {
  room = await openAgentRoom();
});
afterEach(async () => room.close());

test.each(Object.values(TESTED))("$cli.backend edits a file, tests it, and is metered exactly", async ({ cli }) => {
  const played = await room.play({ backend: cli.backend as "codex", script: WORK });

  expect(played.outcome).toMatchObject({ kind: "finished", facts: { version: cli.npm.version } });
  expect(await room.read("src/greet.js")).toContain("hi ${name}");
  expect(played.events).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: "message", text: expect.stringContaining("Done: it greets") }),
      expect.objectContaining({ kind: "tool_call", input: expect.stringContaining("node --test") }),
      expect.objectContaining({ kind: "tool_result", output: expect.stringContaining("TESTED-ALL") }),
    ]),
  );
  meteredAsCounted(played);
  expect(new Set(played.model.requests.map(({ key }) => key))).toEqual(new Set([REAL_KEY]));
  expect(played.output).not.toContain(REAL_KEY);
});
