import type { Argument } from "./commandSpec.ts";

/** More than anybody could mean, and far from where sums of numbers lose digits. */
const MAX_AMOUNT = 1_000_000_000_000;
const MAX_COST_USD = 1_000_000;

/** A number of whole units to be added: `+500k`, `+1M`, `1_000_000`. */
export function wholeAmount(form: "positional" | "option", summary: string): Argument<number> {
  return {
    form,
    required: false,
    summary,
    expects: "a whole number to add, as `+500000`, `+500k` or `+1.5M`",
    read: whole,
  };
}

/** An amount of money to be added, to the cent. */
export function moneyAmount(summary: string): Argument<number> {
  return { form: "option", required: false, summary, expects: "US dollars to add, as `+5` or `+2.50`", read: money };
}

const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1000, m: 1_000_000 };

function whole(text: string): number | null {
  const [, digits = "", suffix = ""] = /^\+?(\d[\d_,]*(?:\.\d{1,6})?)([km]?)$/i.exec(text) ?? [];
  const factor = FACTORS[suffix.toLowerCase()] ?? 1;
  // Rounding takes away what binary fractions add, as in 1.1 × 1000000; what is left must be a whole number as typed.
  const amount = Math.round(Number(digits.replaceAll(/[_,]/g, "")) * factor);
  const isExact = Math.abs(Number(digits.replaceAll(/[_,]/g, "")) * factor - amount) < 1e-6;
  return digits !== "" && isExact && amount >= 1 && amount <= MAX_AMOUNT ? amount : null;
}

function money(text: string): number | null {
  const [, digits = ""] = /^\+?\$?(\d{1,9}(?:\.\d{1,2})?)$/.exec(text) ?? [];
  const amount = Number(digits);
  return digits !== "" && amount > 0 && amount <= MAX_COST_USD ? amount : null;
}
