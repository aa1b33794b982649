import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tryProgram } from "../../../src/adapters/agents/tryProgram.ts";
import { openSandbox } from "../../../src/adapters/sandbox/openSandbox.ts";
import { sandboxRoom } from "../sandbox/sandboxRoom.ts";
import type { SandboxRoom } from "../sandbox/sandboxRoom.ts";

let room: SandboxRoom;

beforeEach(async () => {
  room = await sandboxRoom();
});
afterEach(() => room.dispose());

async function tried(text: string) {
  const folder = join(room.folder, "agent");
  mkdirSync(folder);
  const program = join(folder, "agent.cjs");
  writeFileSync(program, text);
  return tryProgram(await openSandbox(), { program, folder, version: "1.2.3" });
}

describe("tryProgram", () => {
  it("starts the program in the sandbox and believes only its own version", async () => {
    expect(await tried(`if (process.argv[2] === "--version") console.log("agent v1.2.3");`)).toEqual({ kind: "runs" });
  });

  it.each([
    ["another version", `console.log("1.2.4")`, "1.2.4"],
    ["an error", `console.error("no such library"); process.exit(127)`, "no such library"],
    ["nothing", "", "exited"],
  ])("shows %s", async (_what, text, output) => {
    expect(await tried(text)).toEqual({ kind: "fails", output });
  });
});
