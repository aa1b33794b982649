import type { AgentBackend, ModelRef } from "../domain/settings.ts";

/** The provider of a model that is named without one. */
const USUAL_PROVIDER: Readonly<Record<AgentBackend, string>> = {
  "claude-code": "anthropic",
  codex: "openai",
  gemini: "gemini",
  opencode: "openai",
  acp: "openai",
  command: "openai",
  external: "openai",
};

/** `provider/model`, or a model alone. A model's own name may hold slashes: the first one ends the provider's. */
export const MODEL_NAME = /^[A-Za-z0-9][\w.-]*(?:\/[\w.:@-]+)*$/;

/** Which model of which provider a name in the configuration means. */
export function toModel(name: string, backend: AgentBackend): ModelRef {
  const slash = name.indexOf("/");
  if (slash === -1) return { provider: USUAL_PROVIDER[backend], model: name };
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}
