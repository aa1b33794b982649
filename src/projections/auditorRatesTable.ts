import type { AuditRates } from "../domain/auditMeasure/auditRates.ts";
import type { Rate } from "../domain/auditMeasure/wilson.ts";
import { table } from "./runReportTable.ts";
import type { Paint } from "./runReportTable.ts";

/** An Auditor with what was measured of it. */
export interface ShownAuditor extends AuditRates {
  readonly backend: string;
  readonly model: string;
  readonly measures: number;
  readonly costMicros: number;
}

/** Auditors with their rates, a line each; the interval of 95 % in brackets. */
export function auditorRatesTable(auditors: readonly ShownAuditor[], paint: Paint): readonly string[] {
  if (auditors.length === 0) return ["No Auditor was measured yet: `autopack audit measure --repo <owner/name>`."];
  return table(
    [
      { title: "AGENT" },
      { title: "MODEL" },
      { title: "CAUGHT" },
      { title: "FALSE ALARMS" },
      { title: "NO VERDICT", align: "right" },
      { title: "COST", align: "right" },
    ],
    auditors.map(({ backend, model, catches, falseAlarms, notJudged, costMicros }) => [
      backend,
      model === "" ? "–" : model,
      rate(catches),
      rate(falseAlarms),
      String(notJudged),
      `$${(costMicros / 1_000_000).toFixed(2)}`,
    ]),
    paint,
  );
}

function rate({ hits, of, value, low, high }: Rate): string {
  if (value === null) return "–";
  return `${percent(value)} (${percent(low)} to ${percent(high)}), ${hits} of ${of}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
