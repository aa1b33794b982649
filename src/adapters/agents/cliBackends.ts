import type { AgentBackend } from "../../domain/settings.ts";
import { claudeCode } from "./claudeCode.ts";
import type { CliBackend } from "./cliBackend.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";
import { opencode } from "./opencode.ts";

export type CliBackendName = Exclude<AgentBackend, "acp" | "command" | "external">;

/** The coding agents that Autopack installs and starts itself. */
export const CLI_BACKENDS: Readonly<Record<CliBackendName, CliBackend>> = {
  "claude-code": claudeCode,
  codex,
  opencode,
  gemini,
};
