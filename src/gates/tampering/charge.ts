import type { Objection } from "../../domain/objection.ts";
import { fingerprint } from "../fingerprint.ts";
import { quote } from "../quote.ts";

/** An objection of these rules before its fingerprint is taken. */
export interface Charge extends Omit<Objection, "ruleSet" | "fingerprint"> {
  /** The code that it is about, without what formatting changes. */
  readonly code: string;
}

/** Code of strangers, for a sentence. */
export function shown(text: string): string {
  return quote(text.replaceAll("`", "'").replaceAll(/\s+/g, " ").trim());
}

/** Tells equal charges of one file apart by their order, so that lines may move. */
export function toObjections(charges: readonly Charge[]): readonly Objection[] {
  const seen = new Map<string, number>();
  return charges.map(({ code, ...charge }) => {
    const about = { ruleSet: "tampering", rule: charge.rule, path: charge.path } as const;
    const key = [charge.rule, charge.path, charge.side, code].join("\0");
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return {
      ruleSet: "tampering",
      ...charge,
      fingerprint: fingerprint(about, JSON.stringify([charge.side, code, nth])),
    };
  });
}

export function linesOf(node: { readonly startLine: number; readonly endLine: number }): {
  readonly start: number;
  readonly end: number;
} {
  return { start: node.startLine, end: node.endLine };
}
