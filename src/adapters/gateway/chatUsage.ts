import type { TokenCount } from "../../domain/pricing/tokenCount.ts";
import { asMapping, count, list, mapping, textBytes } from "./jsonFields.ts";
import type { Json } from "./jsonFields.ts";
import type { ReadEvent } from "./usageReader.ts";

/** OpenAI Chat Completions: a chunk after the last choice has the usage; some providers say it with every chunk, the last counts. */
export function chatUsage(): ReadEvent {
  let isFinished = false;
  return (event) => {
    const choices = list(event, "choices").map(asMapping);
    isFinished ||= choices.some((choice) => typeof choice["finish_reason"] === "string");
    const tokens = tokensOf(mapping(event, "usage"));
    const bytes = choices.reduce(
      (sum, choice) => sum + writtenBytes(mapping(choice, "delta")) + writtenBytes(mapping(choice, "message")),
      0,
    );
    if (tokens === null) return { bytes };
    const isWhole = event["object"] === "chat.completion";
    return { tokens, bytes, isFinal: isFinished || isWhole || choices.length === 0 };
  };
}

function tokensOf(usage: Json): Partial<TokenCount> | null {
  const inputTokens = count(usage, "prompt_tokens");
  if (inputTokens === null) return null;
  const details = mapping(usage, "prompt_tokens_details");
  return {
    inputTokens,
    outputTokens: count(usage, "completion_tokens") ?? 0,
    cacheReadTokens: count(details, "cached_tokens") ?? 0,
    cacheWriteTokens: count(details, "cache_write_tokens") ?? 0,
    reasoningTokens: count(mapping(usage, "completion_tokens_details"), "reasoning_tokens") ?? 0,
  };
}

function writtenBytes(delta: Json): number {
  const calls = list(delta, "tool_calls").map((call) => mapping(asMapping(call), "function"));
  return [
    delta["content"],
    delta["refusal"],
    delta["reasoning"],
    delta["reasoning_content"],
    ...calls.flatMap((call) => [call["name"], call["arguments"]]),
  ].reduce((sum: number, text) => sum + textBytes(text), 0);
}
