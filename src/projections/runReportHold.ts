import type { Measure, Shortage } from "../domain/budget/budget.ts";
import { shortageText } from "../domain/budgetEvents.ts";
import { promotionConditions } from "../domain/promotion.ts";
import { isFinal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";

/** The option of `autopack runs resume` that adds to a measure. */
const RESUME_OPTIONS: Readonly<Record<Exclude<Measure, "findings">, string>> = {
  tokens: "--tokens",
  cost_usd: "--cost-usd",
  seconds: "--seconds",
  turns: "--turns",
  ci_runs: "--ci-runs",
};

/** What it takes that a run goes on, as something to type or to do; null when it goes on, or has ended. */
export function goingOn(run: Run): string | null {
  if (isFinal(run.state)) return null;
  if (run.rollback !== null) return null;
  if (run.hold?.kind === "person") return `autopack runs resume ${run.id}`;
  if (run.hold?.kind === "budget") return afterShortage(run, run.hold.shortage);
  if (run.state.kind === "failed") return `autopack runs retry ${run.id}`;
  if (run.state.kind === "awaiting_approval") return "`/autopack approve` on the issue, by somebody with write access";
  if (run.state.kind !== "promotable") return null;
  const unmet = promotionConditions(run).flatMap(({ met, remedy }) => (met || remedy === null ? [] : [remedy]));
  if (unmet.length > 0) return unmet.join("; ");
  return run.pull === null ? null : `merge pull request #${run.pull.number}`;
}

/** What people add to a run raises every cap over it but that of a day, which protects the operator and ends with the day. */
function afterShortage(run: Run, { level, measure, missing }: Shortage): string {
  const resume = `autopack runs resume ${run.id}`;
  if (level === "day") return `${resume}, tomorrow (UTC), or after the cap of a day was raised`;
  if (measure === "findings") return `${resume}, after findings were resolved or their cap was raised`;
  return `${resume} ${RESUME_OPTIONS[measure]} ${roundedUp(measure, missing)}`;
}

function roundedUp(measure: Measure, value: number): number {
  return measure === "cost_usd" ? Math.ceil(value * 100) / 100 : Math.ceil(value);
}

/** Why a run is held, in words. */
export function holdReason(hold: NonNullable<Run["hold"]>): string {
  if (hold.kind === "person") return `by ${hold.by}: ${hold.reason}`;
  return shortageText(hold.shortage);
}

/** An amount with its unit: `$4.20`, `1,234,567 tokens`, `3 min 20 s`. */
export function amount(measure: Measure, value: number): string {
  const number = (Math.round(value * 100) / 100).toLocaleString("en-US");
  switch (measure) {
    case "cost_usd":
      return `$${value.toFixed(2)}`;
    case "seconds":
      return `${number} s`;
    case "tokens":
    case "turns":
    case "findings":
      return `${number} ${value === 1 ? measure.slice(0, -1) : measure}`;
    case "ci_runs":
      return value === 1 ? "1 CI run" : `${number} CI runs`;
  }
}
