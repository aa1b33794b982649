import { count, mapping, textBytes } from "./jsonFields.ts";
import type { Json } from "./jsonFields.ts";
import type { Reading } from "./usageReader.ts";

const ENDS: ReadonlySet<unknown> = new Set(["response.completed", "response.incomplete", "response.failed"]);

/** OpenAI Responses: the last event has the whole answer with its usage; what is written in between comes as `….delta`. */
export function responsesUsage(event: Json): Reading {
  if (ENDS.has(event["type"])) return { ...usageOf(mapping(event, "response")), isDone: true };
  if (event["object"] === "response") return { ...usageOf(event), isDone: true };
  return { bytes: textBytes(event["delta"]) };
}

function usageOf(response: Json): Reading {
  const usage = mapping(response, "usage");
  const inputTokens = count(usage, "input_tokens");
  const outputTokens = count(usage, "output_tokens");
  if (inputTokens === null || outputTokens === null) return {};
  const details = mapping(usage, "input_tokens_details");
  const cacheReadTokens = count(details, "cached_tokens") ?? 0;
  const cacheWriteTokens = count(details, "cache_write_tokens") ?? 0;
  const reasoningTokens = count(mapping(usage, "output_tokens_details"), "reasoning_tokens") ?? 0;
  return { tokens: { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens }, isFinal: true };
}
