import { asMapping, count, list, mapping } from "./jsonFields.ts";
import type { Json } from "./jsonFields.ts";
import { withoutProviderTools } from "./providerTools.ts";
import type { WireForm } from "./wireForm.ts";

/** Where a form has the limit of its output. */
const MIN_OUTPUT: Readonly<Record<WireForm, number>> = {
  anthropic: 1,
  openai_responses: 16,
  openai_chat: 1,
  gemini: 1,
};

/** Every model can write so much: a limit of that or less can be given without knowing the model's own. */
const ANY_MODEL_WRITES = 4096;

/** The least that Anthropic takes as a budget for thinking. */
const MIN_THINKING = 1024;

/**
 * The request as it goes to the provider: within what is left of the tokens, metered where that has to be asked for, and
 * without what would be done outside of the sandbox, in the background, or at another price.
 *
 * `tokensLeft` is Infinity where tokens are not capped. What needs no change stays the same object.
 */
export function prepareBody(form: WireForm, body: Json, tokensLeft: number): Json {
  const safe = withoutExtras(form, withoutProviderTools(form, body));
  return withUsage(form, clamped(form, safe, tokensLeft));
}

/** At the list price or below. Others cost more. */
const SERVICE_TIERS: ReadonlySet<unknown> = new Set(["auto", "default", "flex", "standard_only"]);

/** `background` answers at once, and would be used later; the others cost more than the list price. */
function withoutExtras(form: WireForm, body: Json): Json {
  const extras = Object.keys(body).filter(
    (key) =>
      key === "background" ||
      (key === "speed" && form === "anthropic") ||
      (key === "service_tier" && !SERVICE_TIERS.has(body[key])),
  );
  if (extras.length === 0) return body;
  return Object.fromEntries(Object.entries(body).filter(([key]) => !extras.includes(key)));
}

/** Chat Completions says what a stream has used only where it was asked to. */
function withUsage(form: WireForm, body: Json): Json {
  if (form !== "openai_chat" || body["stream"] !== true) return body;
  const options = mapping(body, "stream_options");
  return options["include_usage"] === true ? body : { ...body, stream_options: { ...options, include_usage: true } };
}

function clamped(form: WireForm, body: Json, tokensLeft: number): Json {
  if (tokensLeft === Infinity) return body;
  const left = Math.max(MIN_OUTPUT[form], Math.floor(tokensLeft));
  switch (form) {
    case "anthropic":
      return withThinking(limited(body, "max_tokens", left));
    case "openai_responses":
      return limited(body, "max_output_tokens", left);
    case "openai_chat":
      return limited(body, body["max_tokens"] === undefined ? "max_completion_tokens" : "max_tokens", left);
    case "gemini": {
      const key = body["generation_config"] === undefined ? "generationConfig" : "generation_config";
      const config = mapping(body, key);
      const name = config["max_output_tokens"] === undefined ? "maxOutputTokens" : "max_output_tokens";
      const within = limited(config, name, left);
      return within === config ? body : { ...body, [key]: within };
    }
  }
}

function limited(of: Json, key: string, left: number): Json {
  const asked = count(of, key);
  if (asked === null) return left <= ANY_MODEL_WRITES ? { ...of, [key]: left } : of;
  return asked <= left ? of : { ...of, [key]: left };
}

/** Thinking has to leave room for an answer; where there is none, the model answers without. */
function withThinking(body: Json): Json {
  const thinking = mapping(body, "thinking");
  const budget = count(thinking, "budget_tokens");
  const most = count(body, "max_tokens");
  if (budget === null || most === null || budget < most) return body;
  if (most <= MIN_THINKING) return { ...body, thinking: { type: "disabled" } };
  return { ...body, thinking: { ...thinking, budget_tokens: most - 1 } };
}

/** Bytes that count as one token of input when the provider did not say how many there were. */
const BYTES_PER_TOKEN = 4;

/** Pictures and files in base64 are no text; providers count about so much for one. */
const TOKENS_OF_FILE = 1500;
const FILE_BYTES = 2000;

/** What a request is about, for an answer that broke off before the provider counted it. */
export function estimatedInput(value: unknown): number {
  if (typeof value === "string")
    return isFile(value) ? TOKENS_OF_FILE : Math.ceil(Buffer.byteLength(value) / BYTES_PER_TOKEN);
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + estimatedInput(item), 0);
  return Object.values(asMapping(value)).reduce((sum: number, item) => sum + estimatedInput(item), 0);
}

function isFile(text: string): boolean {
  return text.length > FILE_BYTES && /^(?:data:|[A-Za-z0-9+/=_-]+$)/.test(text);
}

/** Roles and blocks whose content is what a tool was called with: any JSON at all. */
const CALLS: ReadonlySet<unknown> = new Set(["tool_use", "function_call", "custom_tool_call"]);

/**
 * An address in a request that the provider would fetch: a way out of the sandbox. Null when there is none. Pictures and
 * files go in by their content.
 */
export function fetchedAddress(value: unknown): string | null {
  if (Array.isArray(value)) return first(value);
  const part = asMapping(value);
  if (CALLS.has(part["type"])) return null;
  const named = [
    part["type"] === "url" ? part["url"] : null,
    part["image_url"],
    mapping(part, "image_url")["url"],
    part["file_url"],
    mapping(part, "fileData")["fileUri"],
    mapping(part, "file_data")["file_uri"],
  ].find(isAddress);
  if (named !== undefined) return named;
  return first(
    ["messages", "system", "input", "contents", "content", "parts", "source", "output"].flatMap((key) =>
      typeof part[key] === "object" ? [part[key]] : [],
    ),
  );
}

function first(values: readonly unknown[]): string | null {
  for (const value of values) {
    const address = typeof value === "object" ? fetchedAddress(value) : null;
    if (address !== null) return address;
  }
  return null;
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && /^\s*(?:https?|ftp|gs|s3):/i.test(value);
}

/** The texts of what was asked, for an estimate. */
export function askedIn(body: Json): readonly unknown[] {
  return ["system", "instructions", "messages", "input", "contents", "systemInstruction", "tools"].flatMap(
    (key) => body[key] ?? list(body, key),
  );
}
