import { LEVELS, MEASURES } from "./budget.ts";
import type { Amounts, Budgets, Grant, Level, Measure, Shortage, Tally } from "./budget.ts";
import { fromUnits, toUnits } from "./wholeUnits.ts";

/** Had in full or not at all. */
const WHOLE: ReadonlySet<Measure> = new Set(["ci_runs", "findings"]);

/** Levels whose caps grow with what is added to a run; see `capsOf`. */
const EXTENDED: readonly Level[] = ["phase", "tier", "run", "issue"];

/** The part of what is wanted that is worth starting with, for the advice on how much to add. */
const WORTH_STARTING = 0.1;

interface Ledger {
  readonly caps: Budgets;
  readonly tallies: Readonly<Record<Level, Tally>>;
}

/**
 * Grants of each measure what is wanted, or what every level has left of it where that is less; refuses when one of them
 * has nothing left, and names the smallest such level.
 *
 * A measure wanted with 0 is not granted, as nobody knows how much of it will be used: it only must not be used up. CI
 * runs and findings are granted in full or not at all. Measures that are not wanted do not matter.
 */
export function grant({ caps, tallies, wanted }: Ledger & { readonly wanted: Amounts }): Grant {
  const order = MEASURES.flatMap((measure) => {
    const amount = wanted[measure];
    return amount === undefined ? [] : [{ measure, wanted: toUnits(measure, amount) }];
  });
  for (const level of LEVELS) {
    const lacking = order.find((line) => !fits(line, roomAt({ caps, tallies }, level, line.measure)));
    if (lacking !== undefined) return { kind: "refused", shortage: shortageOf({ caps, tallies }, level, lacking) };
  }
  const amounts = order.flatMap(({ measure, wanted: units }): readonly (readonly [Measure, number])[] => {
    const least = Math.min(units, ...LEVELS.map((level) => roomAt({ caps, tallies }, level, measure)));
    return least > 0 ? [[measure, fromUnits(measure, least)]] : [];
  });
  return { kind: "granted", amounts: Object.fromEntries(amounts) };
}

/** Whether a refusal may come to nothing when work that is under way ends: what has really been used leaves room. */
export function mayComeFree({ cap, spent, reserved = 0 }: Shortage): boolean {
  return spent - reserved < cap;
}

interface Line {
  readonly measure: Measure;
  /** In whole units. */
  readonly wanted: number;
}

function fits({ measure, wanted }: Line, room: number): boolean {
  return WHOLE.has(measure) ? room >= wanted : room > 0;
}

/** In whole units; less than nothing where more was used than allowed. */
function roomAt({ caps, tallies }: Ledger, level: Level, measure: Measure): number {
  const cap = caps[level][measure];
  if (cap === undefined) return Infinity;
  return toUnits(measure, cap) - toUnits(measure, tallies[level].spent[measure] ?? 0);
}

function shortageOf(ledger: Ledger, level: Level, line: Line): Shortage {
  const { measure } = line;
  const { spent, reserved } = ledger.tallies[level];
  const levels = EXTENDED.includes(level) ? EXTENDED : [level];
  const room = Math.min(...levels.map((each) => roomAt(ledger, each, measure)));
  return {
    level,
    measure,
    cap: ledger.caps[level][measure] ?? 0,
    spent: spent[measure] ?? 0,
    reserved: reserved[measure] ?? 0,
    missing: fromUnits(measure, leastUseful(line) - room),
  };
}

function leastUseful({ measure, wanted }: Line): number {
  return WHOLE.has(measure) ? wanted : Math.max(1, Math.ceil(wanted * WORTH_STARTING));
}
