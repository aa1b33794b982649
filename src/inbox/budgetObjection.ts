import type { Knex } from "knex";
import type { Amounts, Level } from "../domain/budget/budget.ts";
import { ceilingHit } from "../domain/budget/ceilingHit.ts";
import type { CeilingHit } from "../domain/budget/ceilingHit.ts";
import type { Run } from "../domain/run.ts";
import { issueExtra } from "../store/ledgerTallies.ts";

/** Why a run's budget cannot be raised by so much; null when it can. */
export async function budgetObjection(
  tx: Knex,
  raise: {
    readonly run: Run;
    readonly extra: Amounts;
    /** The operator's. */
    readonly ceilings: Readonly<Partial<Record<Level, Amounts>>>;
  },
): Promise<{ readonly why: string } | null> {
  const { run, extra, ceilings } = raise;
  if (run.strategy === null) return { why: "the run has no plan yet, and no budget before it has one" };
  const hit = ceilingHit(run, extra, { ceilings, issueExtra: await issueExtra(tx, run) });
  return hit === null ? null : { why: words(hit) };
}

function words(hit: CeilingHit): string {
  const measure = hit.measure.replaceAll("_", " ");
  if (hit.kind === "uncapped") return `nothing limits the ${measure} of this run, so there is nothing to raise`;
  const ceiling = `the operator of this server allows ${article(hit.level)} ${hit.level} at most ${shown(hit.ceiling)} ${measure}`;
  return hit.room === 0 ? `${ceiling}, which is its cap already` : `${ceiling}: +${shown(hit.room)} at most`;
}

function article(level: Level): string {
  return level === "issue" || level === "attempt" ? "an" : "a";
}

function shown(amount: number): string {
  return (Math.round(amount * 100) / 100).toLocaleString("en-US");
}
