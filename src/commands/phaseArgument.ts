import type { Argument } from "./commandSpec.ts";

const MAX_ORDINAL = 9999;

/** A phase by its number in the plan, as the status comment shows it. */
export function phaseArgument(required: boolean, summary: string): Argument<number> {
  return { form: "positional", required, summary, expects: "the number of a phase, as `3` or `#3`", read: ordinal };
}

function ordinal(text: string): number | null {
  const number = /^#?\d{1,6}$/.test(text) ? Number(text.replace("#", "")) : 0;
  return number >= 1 && number <= MAX_ORDINAL ? number : null;
}
