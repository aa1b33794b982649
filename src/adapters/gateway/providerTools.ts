import { asMapping, list } from "./jsonFields.ts";
import type { Json } from "./jsonFields.ts";
import type { WireForm } from "./wireForm.ts";

/** Tools that Anthropic only knows the names of: the agent itself does what they say. */
const ANTHROPIC_LOCAL = /^(?:custom|bash_|text_editor_|computer_|memory_|tool_search_tool_)/;

/** The same for OpenAI. */
const OPENAI_LOCAL: ReadonlySet<unknown> = new Set([
  "function",
  "custom",
  "local_shell",
  "apply_patch",
  "computer_use_preview",
  "computer",
  "namespace",
  "tool_search",
]);

/**
 * The request without the tools that a provider runs on its own machines: searches, fetched pages, other servers. They
 * reach the network, which the agent must not. Tools of the agent's own stay.
 */
export function withoutProviderTools(form: WireForm, body: Json): Json {
  const tools = list(body, "tools").map(asMapping);
  const local = tools.flatMap((tool) => localTool(form, tool) ?? []);
  const keys = ["mcp_servers", "container", "web_search_options", "plugins"].filter((key) => body[key] !== undefined);
  const isSame = local.length === tools.length && local.every((tool, index) => tool === tools[index]);
  if (isSame && keys.length === 0) return body;
  const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
  if (isSame) return rest;
  if (local.length > 0) return { ...rest, tools: local };
  const { tools: _, tool_choice: __, toolConfig: ___, ...without } = rest;
  return without;
}

/** The tool, or what is left of it; null when that is nothing. */
function localTool(form: WireForm, tool: Json): Json | null {
  const type = tool["type"];
  switch (form) {
    case "anthropic":
      return type === undefined || type === null || (typeof type === "string" && ANTHROPIC_LOCAL.test(type))
        ? tool
        : null;
    case "openai_responses":
    case "openai_chat":
      return OPENAI_LOCAL.has(type) || (type === "shell" && isLocalShell(tool)) ? tool : null;
    case "gemini": {
      const own = Object.entries(tool).filter(
        ([key]) => key === "functionDeclarations" || key === "function_declarations",
      );
      if (own.length === Object.keys(tool).length) return tool;
      return own.length === 0 ? null : Object.fromEntries(own);
    }
  }
}

function isLocalShell(tool: Json): boolean {
  const type = asMapping(tool["environment"])["type"];
  return type === "local";
}
