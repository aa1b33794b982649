import type { TokenCount } from "../../domain/pricing/tokenCount.ts";
import { asMapping, count, list, mapping, textBytes } from "./jsonFields.ts";
import type { Json } from "./jsonFields.ts";
import type { ReadEvent } from "./usageReader.ts";

/** Gemini: every part of the answer may say what was used until then, and leave out what has not changed; the last one counts. */
export function geminiUsage(): ReadEvent {
  let usage: Json = {};
  let isFinished = false;
  return (event) => {
    const candidates = list(event, "candidates").map(asMapping);
    isFinished ||=
      candidates.some((candidate) => typeof candidate["finishReason"] === "string") ||
      mapping(event, "promptFeedback")["blockReason"] !== undefined;
    usage = { ...usage, ...mapping(event, "usageMetadata") };
    const parts = candidates.flatMap((candidate) => list(mapping(candidate, "content"), "parts")).map(asMapping);
    const bytes = parts.reduce((sum, part) => sum + partBytes(part), 0);
    const tokens = tokensOf(usage);
    return tokens === null ? { bytes } : { tokens, bytes, isFinal: isFinished };
  };
}

function partBytes(part: Json): number {
  const call = part["functionCall"];
  return textBytes(part["text"]) + (call === undefined ? 0 : textBytes(JSON.stringify(call)));
}

/** What tools gave back counts as input, what it thought as output. */
function tokensOf(usage: Json): Partial<TokenCount> | null {
  const prompt = count(usage, "promptTokenCount");
  if (prompt === null) return null;
  const reasoningTokens = count(usage, "thoughtsTokenCount") ?? 0;
  return {
    inputTokens: prompt + (count(usage, "toolUsePromptTokenCount") ?? 0),
    cacheReadTokens: count(usage, "cachedContentTokenCount") ?? 0,
    outputTokens: (count(usage, "candidatesTokenCount") ?? 0) + reasoningTokens,
    reasoningTokens,
  };
}
