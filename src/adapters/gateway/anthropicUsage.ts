import type { TokenCount } from "../../domain/pricing/tokenCount.ts";
import { count, mapping, textBytes } from "./jsonFields.ts";
import type { Json } from "./jsonFields.ts";
import type { Reading } from "./usageReader.ts";

/**
 * Anthropic Messages: `message_start` has the input, `message_delta` all output until then and at times the input again,
 * a whole answer both.
 */
export function anthropicUsage(event: Json): Reading {
  switch (event["type"]) {
    case "message_start":
      return { tokens: inputOf(mapping(mapping(event, "message"), "usage")) };
    case "content_block_start":
      return { bytes: blockBytes(mapping(event, "content_block")) };
    case "content_block_delta":
      return { bytes: blockBytes(mapping(event, "delta")) };
    case "message_delta":
      return finalOf(mapping(event, "usage"));
    case "message_stop":
      return { isDone: true };
    case "message":
      return { ...finalOf(mapping(event, "usage")), isDone: true };
    default:
      return {};
  }
}

function blockBytes(block: Json): number {
  return textBytes(block["text"]) + textBytes(block["thinking"]) + textBytes(block["partial_json"]);
}

function finalOf(usage: Json): Reading {
  const outputTokens = count(usage, "output_tokens");
  if (outputTokens === null) return {};
  const reasoningTokens = count(mapping(usage, "output_tokens_details"), "thinking_tokens");
  return {
    tokens: { ...inputOf(usage), outputTokens, ...(reasoningTokens === null ? {} : { reasoningTokens }) },
    isFinal: true,
  };
}

/** Anthropic counts what is read from and written to the cache apart from the input. */
function inputOf(usage: Json): Partial<TokenCount> {
  const fresh = count(usage, "input_tokens");
  if (fresh === null) return {};
  const cacheReadTokens = count(usage, "cache_read_input_tokens") ?? 0;
  const cacheWriteTokens = count(usage, "cache_creation_input_tokens") ?? 0;
  const hour = count(mapping(usage, "cache_creation"), "ephemeral_1h_input_tokens");
  return {
    inputTokens: fresh + cacheReadTokens + cacheWriteTokens,
    cacheReadTokens,
    cacheWriteTokens,
    ...(hour === null ? {} : { cacheWriteHourTokens: Math.min(hour, cacheWriteTokens) }),
  };
}
