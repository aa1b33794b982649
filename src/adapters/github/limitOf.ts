import type { ApiLimit } from "../../domain/apiRequest.ts";
import type { GithubAnswer } from "./githubFailure.ts";

/** How long to wait where GitHub asks for a pause without saying how long: its own advice, in milliseconds. */
const PAUSE_MS = 60_000;

/**
 * The pause that GitHub asks for with an answer; null where it asks for none. Also of an answer that is what was asked for:
 * the last request of an hour is answered, and says that it was the last.
 *
 * The reset is a time of GitHub's clock, so it is compared with the answer's own date.
 */
export function limitOf({ status, headers, message }: Omit<GithubAnswer, "answered">): ApiLimit | null {
  const refused = status === 403 || status === 429;
  const retryAfter = Number(headers["retry-after"]);
  if (refused && headers["retry-after"] !== undefined && Number.isFinite(retryAfter))
    return { resource: "all", waitMs: Math.max(1, retryAfter) * 1000, told: true };
  if ((refused || status < 300) && String(headers["x-ratelimit-remaining"]) === "0") {
    const until = Number(headers["x-ratelimit-reset"]) * 1000 - Date.parse(String(headers["date"]));
    const told = Number.isFinite(until);
    return { resource: resourceOf(headers), waitMs: told ? Math.max(1000, until + 1000) : PAUSE_MS, told };
  }
  const isLimit = status === 429 || (refused && /rate limit|abuse detection/i.test(message));
  return isLimit ? { resource: "all", waitMs: PAUSE_MS, told: false } : null;
}

/** GitHub has more kinds than Autopack uses: what is none of those holds everything up, to be on the safe side. */
function resourceOf(headers: GithubAnswer["headers"]): ApiLimit["resource"] {
  const named = headers["x-ratelimit-resource"];
  if (named === undefined || named === "core") return "core";
  return named === "graphql" || named === "search" ? named : "all";
}
