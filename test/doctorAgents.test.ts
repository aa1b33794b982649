import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codex } from "../src/adapters/agents/codex.ts";
import { modelSettings, NO_MODELS } from "../src/config/modelSettings.ts";
import { examineAgents, examineModels } from "../src/doctorAgents.ts";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "autopack-test-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function install(version: string, program: string): void {
  const folder = join(dataDir, "agents", "codex", version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "main.cjs"), program);
  const marker = { name: codex.npm.name, version, program: "main.cjs", integrity: {} };
  writeFileSync(join(folder, "installed.json"), JSON.stringify(marker));
}

async function ofCodex() {
  const found = await examineAgents({ dataDir, sandbox: "bubblewrap" });
  return found.find(({ name }) => name === "agent codex");
}

describe("examineAgents", () => {
  it("finds nothing wrong with agents that are not installed, and says how they will be", async () => {
    const found = await examineAgents({ dataDir, sandbox: "bubblewrap" });

    expect(found.map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok"]);
    expect(found[0]?.detail).toBe(
      "2.1.329 is installed when first needed, or by `autopack agents install claude-code`",
    );
  });

  it("tells another version from the pinned one", async () => {
    install("0.1.0", "");

    expect((await ofCodex())?.detail).toContain("(0.1.0 is here, which is not what this Autopack works with)");
  });

  it("runs what is installed, in the sandbox", async () => {
    install(codex.npm.version, `console.log("${codex.npm.version}")`);
    expect(await ofCodex()).toMatchObject({
      state: "ok",
      detail: expect.stringContaining("runs in the sandbox") as string,
    });

    install(codex.npm.version, `console.error("broken"); process.exit(1)`);
    expect(await ofCodex()).toMatchObject({ state: "missing", detail: expect.stringContaining("\nbroken") as string });
  });
});

describe("examineModels", () => {
  it("names the variable of each key that is missing, and shows no key", () => {
    expect(examineModels(modelSettings(NO_MODELS, { OPENAI_API_KEY: "sk-secret" }))).toEqual({
      name: "models",
      state: "ok",
      detail:
        "anthropic: no key, ANTHROPIC_API_KEY is not set\nopenai: has its key\ngemini: no key, GEMINI_API_KEY is not set",
    });
    expect(examineModels(modelSettings(NO_MODELS, {})).state).toBe("warning");
  });
});
