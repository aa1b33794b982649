import { z } from "zod";
import type { AttemptFailure } from "../domain/attempt.ts";
import { block, junk, parseResult } from "./resultJson.ts";
import type { JunkResult } from "./resultJson.ts";

/** What a provider's errors come to. `unknown` is one that trying again does not mend, as far as anybody knows. */
const CLASSES = [
  "rate_limit",
  "provider",
  "connection",
  "authentication",
  "permission",
  "bad_request",
  "not_found",
  "unknown",
] as const;

const MAX_RETRY_AFTER_SECONDS = 7 * 24 * 3600;

const report = z.object({
  error: z.object({
    class: z.enum(CLASSES),
    message: block.default(""),
    retry_after_seconds: z.number().min(0).max(MAX_RETRY_AFTER_SECONDS).nullable().catch(null).default(null),
  }),
});

/** What happened, in words, where an agent names a class and says no more. */
const WORDS: Readonly<Record<(typeof CLASSES)[number], string>> = {
  rate_limit: "The model provider limits the rate of requests.",
  provider: "The model provider failed.",
  connection: "The model provider could not be reached.",
  authentication: "The model provider did not accept the agent's credentials.",
  permission: "The model provider does not let the agent do this.",
  bad_request: "The model provider refused the request.",
  not_found: "The model provider does not know what was asked for.",
  unknown: "The model provider answered with an error nobody knows.",
};

/**
 * Reads what an agent's result says of a failure that is its provider's rather than its work's: the result's key `error`.
 * Null when it says nothing; whether a result without it makes sense is for others to judge.
 */
export function readFailureReport(text: string): AttemptFailure | JunkResult | null {
  const read = parseResult(text, z.object({ error: z.unknown() }));
  if (read.kind === "junk" || (read.value.error ?? null) === null) return null;
  const parsed = parseResult(text, report);
  if (parsed.kind === "junk") return junk(`Its report of an error cannot be read. ${parsed.message}`);
  const { error } = parsed.value;
  const said = error.message === "" ? WORDS[error.class] : error.message;
  const failed = { class: error.class === "unknown" ? "bad_request" : error.class, message: said } as const;
  return error.class === "rate_limit" ? { ...failed, retryAfterSeconds: error.retry_after_seconds } : failed;
}
