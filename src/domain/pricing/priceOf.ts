import type { ModelRef } from "../settings.ts";
import { namePatternMatches } from "./namePattern.ts";
import type { Price } from "./price.ts";
import { PRICE_TABLE } from "./priceTable.ts";

/** A price that the operator set for every model whose `provider/model` is meant by the pattern. */
export interface PriceOverride {
  readonly pattern: string;
  readonly price: Price;
}

/** What providers put behind a model's name: a date, a version, where it is served. Anything else is another model. */
const SUFFIX =
  /^(?:[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{2,4}|\d{3}|latest|preview|exp|customtools|v\d+(?::\d+)?))+$/;

/** What resellers put before it: `anthropic/claude-…`, `us.anthropic.claude-…`, `models/gemini-…`. */
const PREFIX = /^(?:[a-z]{2,6}\.)?(?:(?:anthropic|openai|google)[./]|models\/)/;

const LISTED = new Map(PRICE_TABLE.flatMap((entry) => entry.models.map((model) => [model, entry] as const)));

/**
 * The price of a model: the operator's, of patterns the most exact one; else the table's; null where there is none.
 *
 * A newer model is no version of an older one: `gpt-5` says nothing of `gpt-5.9`, which has no price until somebody gives one.
 */
export function priceOf(ref: ModelRef, overrides: readonly PriceOverride[]): Price | null {
  const name = `${ref.provider}/${ref.model}`;
  const own = overrides
    .filter(({ pattern }) => namePatternMatches(pattern, name))
    .toSorted((left, right) => exactness(right.pattern) - exactness(left.pattern))[0];
  return own?.price ?? listedPrice(ref.model.toLowerCase().replace(PREFIX, ""));
}

function exactness(pattern: string): number {
  return pattern.replaceAll("*", "").length + (pattern.includes("*") ? 0 : 1000);
}

function listedPrice(model: string): Price | null {
  for (
    let end = model.length;
    end > 0;
    end = Math.max(model.lastIndexOf("-", end - 1), model.lastIndexOf("@", end - 1))
  ) {
    const listed = LISTED.get(model.slice(0, end));
    if (listed !== undefined && (end === model.length || SUFFIX.test(model.slice(end)))) return listed;
  }
  return null;
}
