import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/readConfig.ts";
import type { ConfigResult } from "../../src/config/readConfig.ts";

function read(agents: string, more = ""): ConfigResult {
  const text = `version: 1\nagents:\n${agents.replaceAll(/^/gm, "  ")}\n${more}`;
  return readConfig([{ path: ".github/autopack.yml", text }], { defaultBranch: "main" });
}

function settingsOf(agents: string, more = "") {
  const result = read(agents, more);
  if (result.kind !== "ok") throw new Error(`not valid: ${JSON.stringify(result)}`);
  return result.settings;
}

function complaint(agents: string): string {
  const result = read(agents);
  return result.kind === "invalid" ? result.problems.map(({ message }) => message).join("\n") : result.kind;
}

const AUDITOR = "auditor: { backend: command, command: ./audit }";

describe("models", () => {
  test.each([
    ["claude-code", "claude-sonnet-4-5", { provider: "anthropic", model: "claude-sonnet-4-5" }],
    ["codex", "gpt-5-codex", { provider: "openai", model: "gpt-5-codex" }],
    ["gemini", "gemini-2.5-pro", { provider: "gemini", model: "gemini-2.5-pro" }],
    ["opencode", "together/meta/llama-4", { provider: "together", model: "meta/llama-4" }],
  ])("%s with %s", (backend, model, expected) => {
    const { builder } = settingsOf(`builder: { backend: ${backend}, model: ${model} }\n${AUDITOR}`);
    expect(builder).toMatchObject({ backend, model: expected, command: [], failover: [] });
  });

  test("where to turn to when one does not answer, in order", () => {
    const agents = `builder: { backend: codex, model: gpt-5, failover: [azure/gpt-5, gpt-4.1], limits: { turns: 12 } }\n${AUDITOR}`;
    expect(settingsOf(agents).builder).toMatchObject({
      failover: [
        { provider: "azure", model: "gpt-5" },
        { provider: "openai", model: "gpt-4.1" },
      ],
      limits: { turns: 12 },
    });
  });

  test.each([
    ["a coding agent without one", "{ backend: codex }", "`codex` needs a `model`, such as `openai/gpt-5.5`."],
    [
      "a coding agent with a command",
      "{ backend: codex, model: gpt-5, command: ./build }",
      "`codex` takes no `command`: take it out.",
    ],
    ["a program that is none", "{ backend: acp }", "`acp` needs a `command`: the program to start."],
    [
      "an installed agent by ACP without one",
      "{ backend: acp, command: [opencode, acp] }",
      "`opencode` needs a `model`, such as `openai/gpt-5.5`.",
    ],
    ["outsiders", "{ backend: external, model: gpt-5 }", "`external` takes no `model`: take it out."],
    [
      "nothing to turn from",
      "{ backend: command, command: ./build, failover: [gpt-5] }",
      "`failover` says where to turn from a `model`, and there is none.",
    ],
    ["no name", "{ backend: codex, model: 'gpt 5' }", "is no name of a model, such as `anthropic/claude-sonnet-4-5`"],
  ])("%s", (_, builder, message) => {
    expect(complaint(`builder: ${builder}\n${AUDITOR}`)).toContain(message);
  });
});

describe("who judges", () => {
  const BUILDER = "builder: { backend: claude-code, model: claude-sonnet-4-5 }";

  test("the Auditor that is named, whatever else there is", () => {
    const agents = `${BUILDER}\n${AUDITOR}\nfallback_builder: { backend: codex, model: gpt-5 }`;
    expect(settingsOf(agents)).toMatchObject({ auditor: { backend: "command" }, otherAuditors: [] });
  });

  test("else another backend or model that is configured", () => {
    const agents = [
      BUILDER,
      "planner: { backend: claude-code, model: claude-sonnet-4-5 }",
      "fallback_builder: { backend: claude-code, model: claude-opus-4-1 }",
      "alternatives: { second: { backend: codex, model: gpt-5 } }",
    ].join("\n");
    const { auditor, otherAuditors } = settingsOf(agents);
    expect(auditor).toMatchObject({ backend: "claude-code", model: { model: "claude-opus-4-1" } });
    expect(otherAuditors).toMatchObject([{ backend: "codex" }]);
  });

  test.each([
    ["nobody else", ""],
    ["only the Builder's twin", "\nfallback_builder: { backend: claude-code, model: anthropic/claude-sonnet-4-5 }"],
    ["only a program, which does what it does", "\ninvestigator: { backend: command, command: ./look }"],
  ])("%s: the file has to say so", (_, others) => {
    expect(complaint(`${BUILDER}${others}`)).toContain("`agents.auditor` is missing");
    expect(settingsOf(`${BUILDER}${others}`, "audit: { required: false }").auditor).toBeNull();
  });
});
