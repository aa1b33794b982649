import { hasEnded } from "../phase.ts";
import type { Run } from "../run.ts";
import { capsOf } from "./capsOf.ts";
import { MEASURES } from "./budget.ts";
import type { Amounts, Budgets, Level, Measure } from "./budget.ts";

/** The levels that an addition to a run raises. */
const RAISED = ["phase", "tier", "run", "issue"] as const satisfies readonly Level[];

/** What forbids an addition to a run's budget. `uncapped`: there is no cap of that measure that could be raised. */
export type CeilingHit =
  | { readonly kind: "uncapped"; readonly measure: Measure }
  | {
      readonly kind: "ceiling";
      readonly measure: Measure;
      readonly level: (typeof RAISED)[number];
      readonly ceiling: number;
      /** What may be added at most; 0 when the cap is at the ceiling. */
      readonly room: number;
    };

/**
 * Whether an addition would lift a cap of a planned run over the operator's ceiling, at any of the levels that it raises;
 * null when it may be made. `issueExtra` is what was added to all runs of the issue so far.
 */
export function ceilingHit(
  run: Run,
  extra: Amounts,
  limits: { readonly ceilings: Readonly<Partial<Record<Level, Amounts>>>; readonly issueExtra: Amounts },
): CeilingHit | null {
  const work = [null, ...run.phases.filter((phase) => !hasEnded(phase))];
  const all = work.map((phase) => capsOf(run, phase, limits.issueExtra));
  for (const measure of MEASURES) {
    const hit = (extra[measure] ?? 0) > 0 ? hitOf(measure, { all, extra, ceilings: limits.ceilings }) : null;
    if (hit !== null) return hit;
  }
  return null;
}

function hitOf(
  measure: Measure,
  given: {
    readonly all: readonly Budgets[];
    readonly extra: Amounts;
    readonly ceilings: Readonly<Partial<Record<Level, Amounts>>>;
  },
): CeilingHit | null {
  const capped = RAISED.flatMap((level) => {
    const caps = given.all.flatMap((budgets) => budgets[level][measure] ?? []);
    return caps.length === 0 ? [] : [{ level, cap: Math.max(...caps) }];
  });
  if (capped.length === 0) return { kind: "uncapped", measure };
  const hits = capped.flatMap(({ level, cap }) => {
    const ceiling = given.ceilings[level]?.[measure];
    const isOver = ceiling !== undefined && cap + (given.extra[measure] ?? 0) > ceiling;
    return isOver ? [{ kind: "ceiling" as const, measure, level, ceiling, room: Math.max(0, ceiling - cap) }] : [];
  });
  return hits.toSorted((a, b) => a.room - b.room)[0] ?? null;
}
