import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PROGRAM_NAMES } from "../../src/agentPrograms.ts";
import type { AgentPrograms } from "../../src/agentPrograms.ts";
import { agentsCommand, BACKENDS } from "../../src/cli/agentsCommand.ts";

let done: string[];
let out: string;
let err: string;
let listed: Awaited<ReturnType<AgentPrograms["list"]>>;

beforeEach(() => {
  done = [];
  out = "";
  err = "";
  listed = [
    { backend: "codex", package: "@openai/codex", version: "0.169.0", isInstalled: true, old: ["0.1.0"] },
    { backend: "gemini", package: "@google/gemini-cli", version: "0.61.0", isInstalled: false, old: [] },
  ];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((err += String(text)), true));
});
afterEach(() => vi.restoreAllMocks());

const programs: AgentPrograms = {
  list: () => Promise.resolve(listed),
  install: (backend, onStep) => {
    done.push(`install ${backend}`);
    onStep("downloading");
    onStep("installed");
    return Promise.resolve();
  },
  remove: (backend, which) => {
    done.push(`remove ${backend} ${which}`);
    return Promise.resolve(which === "old" ? ["0.1.0"] : []);
  },
};

async function run(...args: readonly string[]): Promise<void> {
  await agentsCommand({ open: () => Promise.resolve(programs) }).parseAsync(args, { from: "user" });
}

describe("autopack agents", () => {
  it("knows every backend there is to install", () => {
    expect(BACKENDS).toEqual(PROGRAM_NAMES);
  });

  it("installs what is named, once, and shows progress", async () => {
    await run("install", "codex", "gemini", "codex");

    expect(done).toEqual(["install codex", "install gemini"]);
    expect(err).toBe("codex: downloading …\ncodex: installed\ngemini: downloading …\ngemini: installed\n");
    expect(out).toBe(
      "✓ codex (@openai/codex 0.169.0): installed; 0.1.0 can go: autopack agents remove --old\n" +
        "– gemini (@google/gemini-cli 0.61.0): not installed: will be when an attempt first needs it\n",
    );
  });

  it("installs all, and prints nothing but JSON when asked", async () => {
    await run("install", "--all", "--json");

    expect(done).toHaveLength(BACKENDS.length);
    expect(err).toBe("");
    expect(JSON.parse(out)).toEqual(listed);
  });

  it("removes what is named, or what is old", async () => {
    await run("remove", "codex");
    await run("remove", "--old");

    expect(done[0]).toBe("remove codex all");
    expect(done.slice(1)).toEqual(BACKENDS.map((backend) => `remove ${backend} old`));
    expect(err).toContain("codex: nothing removed\n");
    expect(err).toContain("codex: 0.1.0 removed\n");
  });

  it.each([
    [["install"], "name one or more of claude-code, codex, opencode, gemini, or give --all"],
    [["install", "codex", "--all"], "not both"],
    [["install", "cursor"], "Allowed choices are claude-code, codex, opencode, gemini"],
    [["remove"], "name one or more"],
  ])("refuses %j", async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
    expect(done).toEqual([]);
  });
});
