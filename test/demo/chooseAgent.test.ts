import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../../src/config/readConfig.ts";
import { chooseAgent } from "./chooseAgent.ts";
import { REAL_AGENTS } from "./demoAgents.ts";
import { CONFIG_PATH, demoConfig } from "./demoConfig.ts";
import { DEMO_CAP_USD, demoQuote, quoteLines } from "./demoQuote.ts";
import { readOptions } from "./options.ts";

const KEYS = { OPENAI_API_KEY: "sk-1", GEMINI_API_KEY: "g-1" };
const nobody = { agent: null, yes: false, interactive: false };
const somebody = { ...nobody, interactive: true };

test("a key alone spends nothing: somebody has to be asked, or to have said so", () => {
  expect(chooseAgent(nobody, KEYS)).toEqual({ kind: "scripted" });
  expect(chooseAgent({ ...nobody, yes: true }, KEYS)).toEqual({ kind: "scripted" });
  expect(chooseAgent(somebody, KEYS)).toMatchObject({ kind: "ask", agent: { backend: "codex" } });
  expect(chooseAgent({ ...somebody, yes: true }, KEYS)).toMatchObject({ kind: "real", agent: { backend: "codex" } });
});

test("without a key it is the scripted one, and nobody is asked", () => {
  expect(chooseAgent(somebody, {})).toEqual({ kind: "scripted" });
  expect(chooseAgent({ ...somebody, yes: true }, { ANTHROPIC_API_KEY: "  " })).toEqual({ kind: "scripted" });
});

test("--agent names one, who needs a key", () => {
  expect(chooseAgent({ ...nobody, agent: "gemini" }, KEYS)).toMatchObject({
    kind: "real",
    agent: { backend: "gemini" },
  });
  expect(chooseAgent({ ...somebody, agent: "scripted", yes: true }, KEYS)).toEqual({ kind: "scripted" });
  expect(chooseAgent({ ...nobody, agent: "claude-code" }, KEYS)).toEqual({
    kind: "invalid",
    message: "Claude Code needs a key: set ANTHROPIC_API_KEY.",
  });
});

test("the command line names agents", () => {
  expect(readOptions(["--agent", "codex", "--yes"])).toMatchObject({ options: { agent: "codex", yes: true } });
  expect(readOptions([])).toMatchObject({ options: { agent: null, yes: false } });
  expect(readOptions(["--agent", "clippy"])).toMatchObject({
    kind: "invalid",
    message: expect.stringMatching(/clippy/),
  });
});

test.each(REAL_AGENTS)("$title has a price, and a quote below the demo's cap", (agent) => {
  const { costUsd } = demoQuote(agent);
  expect(costUsd).toBeGreaterThan(0.05);
  expect(costUsd).toBeLessThan(DEMO_CAP_USD);
  expect(quoteLines(agent).join("\n")).toMatch(/about \$\d+\.\d\d .*never more than \$10\.00/s);
});

test("a model without a price has a quote in tokens only", () => {
  const models = { builder: "openai/unheard-of", auditor: "openai/unheard-of" };
  expect(demoQuote({ backend: "codex", models })).toEqual({ tokens: expect.any(Number), costUsd: null });
});

test.each(REAL_AGENTS)("the project's configuration with $title is valid, and keeps everything else", async (agent) => {
  const project = join(import.meta.dirname, "..", "..", "fixtures", "demo-project");
  const text = await demoConfig(project, agent);
  expect(readConfig([{ path: CONFIG_PATH, text }], { defaultBranch: "main" })).toMatchObject({
    kind: "ok",
    settings: { promotion: { merge: "autopack" }, builder: { backend: agent.backend } },
  });
  expect(parse(text)).toMatchObject({ budgets: { run: { cost_usd: DEMO_CAP_USD } } });
});
