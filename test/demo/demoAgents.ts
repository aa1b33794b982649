import type { AgentBackend } from "../../src/domain/settings.ts";

/** A real coding agent that the demo can use, given a key. */
export interface RealAgent {
  readonly backend: Extract<AgentBackend, "claude-code" | "codex" | "gemini" | "opencode">;
  readonly title: string;
  /** As the configuration names them. The Auditor's is another one than the Builder's. */
  readonly models: { readonly builder: string; readonly auditor: string };
  readonly keyVariable: string;
}

/** The first one that has a key is offered. */
export const REAL_AGENTS: readonly RealAgent[] = [
  {
    backend: "claude-code",
    title: "Claude Code",
    models: { builder: "anthropic/claude-sonnet-4-5", auditor: "anthropic/claude-haiku-4-5" },
    keyVariable: "ANTHROPIC_API_KEY",
  },
  {
    backend: "codex",
    title: "Codex",
    models: { builder: "openai/gpt-5.4", auditor: "openai/gpt-5.4-mini" },
    keyVariable: "OPENAI_API_KEY",
  },
  {
    backend: "gemini",
    title: "Gemini CLI",
    models: { builder: "gemini/gemini-2.5-pro", auditor: "gemini/gemini-2.5-flash" },
    keyVariable: "GEMINI_API_KEY",
  },
  {
    backend: "opencode",
    title: "OpenCode",
    models: { builder: "openai/gpt-5.4", auditor: "openai/gpt-5.4-mini" },
    keyVariable: "OPENAI_API_KEY",
  },
];

/** Its variables go to Autopack as they are: keys, and addresses where they are not the usual ones. */
export const MODEL_VARIABLES = ["ANTHROPIC", "OPENAI", "GEMINI"].flatMap((name) => [
  `${name}_API_KEY`,
  `${name}_BASE_URL`,
]);
