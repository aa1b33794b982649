/** As in `1 phase` and `3 phases`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/** As in `2, 3 and 4`. */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(items);
}

/** As in `2nd`. For numbers below 21. */
export function ordinalNumber(value: number): string {
  return `${value}${{ 1: "st", 2: "nd", 3: "rd" }[value] ?? "th"}`;
}
