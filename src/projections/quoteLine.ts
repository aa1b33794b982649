import type { Estimate, Quote } from "../domain/budget/quote.ts";
import { amount } from "./runReportHold.ts";
import { duration } from "./spendLine.ts";

/** What a plan is likely to use, in one line. */
export function quoteLine({ total, phases }: Quote): string {
  const known = phases.filter(({ source }) => source === "history").length;
  if (known === 0) return `at most ${figures(total, "p90")} (by the caps: too few finished phases to estimate from)`;
  const basis =
    known === phases.length
      ? "by finished phases like these"
      : `by finished phases like these for ${known} of ${phases.length}, by their caps for the others`;
  return `about ${figures(total, "p50")}, in 9 of 10 cases at most ${figures(total, "p90")} (${basis})`;
}

/** What is 0 is not known: agents do not have to say what they use, and the caps do not have to name money. */
function figures({ tokens, costUsd, seconds }: Estimate, part: "p50" | "p90"): string {
  return [
    ...(tokens.p90 > 0 ? [amount("tokens", rounded(tokens[part]))] : []),
    ...(costUsd.p90 > 0 ? [amount("cost_usd", costUsd[part])] : []),
    `${duration(seconds[part] * 1000)} of agents and checks`,
  ].join(", ");
}

/** An estimate pretends no exactness: three digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
