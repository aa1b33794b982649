import { outcomeOf } from "./auditSample.ts";
import type { AuditSample } from "./auditSample.ts";
import { rateWithInterval } from "./wilson.ts";
import type { Rate } from "./wilson.ts";

/** How good an Auditor is, as measured. */
export interface AuditRates {
  /** Of defects that were put in. */
  readonly catches: Rate;
  /** Of diffs without one. */
  readonly falseAlarms: Rate;
  /** Audits that came to no verdict; they count for neither rate. */
  readonly notJudged: number;
}

/** What was counted in one measurement, or in several. */
export interface AuditCounts {
  readonly seeded: number;
  readonly caught: number;
  readonly controls: number;
  readonly falseAlarms: number;
  readonly notJudged: number;
}

export function countOutcomes(samples: readonly AuditSample[]): AuditCounts {
  const outcomes = samples.map(outcomeOf);
  const count = (kind: (typeof outcomes)[number]): number => outcomes.filter((each) => each === kind).length;
  const [caught, falseAlarms] = [count("caught"), count("false_alarm")];
  return {
    seeded: caught + count("missed"),
    caught,
    controls: falseAlarms + count("clean"),
    falseAlarms,
    notJudged: count("not_judged"),
  };
}

export function ratesOf({ seeded, caught, controls, falseAlarms, notJudged }: AuditCounts): AuditRates {
  return { catches: rateWithInterval(caught, seeded), falseAlarms: rateWithInterval(falseAlarms, controls), notJudged };
}

/** Rates of fewer samples say next to nothing. */
const MIN_SAMPLES = 10;

/**
 * Whether a measured Auditor is good enough: null when it is, else why not, in one line. It is judged by the rate itself, not
 * by the low end of its interval, once there are ten samples; one that was never measured is not good enough.
 */
export function meetsRequirement(rates: AuditRates | null, required: { readonly minCatchRate: number }): string | null {
  const rate = rates?.catches ?? null;
  if (rate === null || rate.value === null) return "this Auditor was never measured";
  if (rate.of < MIN_SAMPLES)
    return `this Auditor was measured with ${rate.of} defects only, of at least ${MIN_SAMPLES}`;
  if (rate.value >= required.minCatchRate) return null;
  return `this Auditor catches ${percent(rate.value)} of seeded defects, and ${percent(required.minCatchRate)} are required`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
