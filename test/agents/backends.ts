import { claudeCode } from "../../src/adapters/agents/claudeCode.ts";
import type { CliBackend } from "../../src/adapters/agents/cliBackend.ts";
import { codex } from "../../src/adapters/agents/codex.ts";
import { gemini } from "../../src/adapters/agents/gemini.ts";
import { opencode } from "../../src/adapters/agents/opencode.ts";
import type { ModelSettings } from "../../src/config/modelSettings.ts";
import { modelSettings, NO_MODELS } from "../../src/config/modelSettings.ts";
import type { ModelRef } from "../../src/domain/settings.ts";

/** The one key that the scripted model lets in. Nothing but the gateway may ever show it. */
export const REAL_KEY = "sk-real-0123456789abcdefghijklmnopqrstuvwxyz";

/** One of the real programs, and the model it is to ask. Each knows its own model's name, and has a price. */
export interface TestedAgent {
  readonly cli: CliBackend;
  readonly model: ModelRef;
  /** Judges what it built: always another one. */
  readonly auditor: "claude-code" | "codex" | "opencode" | "gemini";
}

export const TESTED: Readonly<Record<TestedAgent["auditor"], TestedAgent>> = {
  "claude-code": { cli: claudeCode, model: { provider: "anthropic", model: "claude-sonnet-4-5" }, auditor: "codex" },
  codex: { cli: codex, model: { provider: "openai", model: "gpt-5.5" }, auditor: "opencode" },
  opencode: { cli: opencode, model: { provider: "openai", model: "gpt-5.4-mini" }, auditor: "gemini" },
  gemini: { cli: gemini, model: { provider: "gemini", model: "gemini-2.5-pro" }, auditor: "claude-code" },
};

/** What an operator would set for all of them, with the scripted model in the providers' place. */
export function scriptedProviders(origin: string, maxWaitSeconds = 30): ModelSettings {
  const models = {
    ...NO_MODELS,
    max_wait_seconds: maxWaitSeconds,
    prices: { "openai/gpt-5.5": { input: 2, output: 16, cache_read: 0.2 } },
  };
  return modelSettings(models, {
    ANTHROPIC_API_KEY: REAL_KEY,
    ANTHROPIC_BASE_URL: origin,
    OPENAI_API_KEY: REAL_KEY,
    OPENAI_BASE_URL: `${origin}/v1`,
    GEMINI_API_KEY: REAL_KEY,
    GEMINI_BASE_URL: origin,
  });
}
