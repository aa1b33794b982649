import type { Knex } from "knex";
import { ratesOf } from "../domain/auditMeasure/auditRates.ts";
import type { AuditCounts, AuditRates } from "../domain/auditMeasure/auditRates.ts";
import { outcomeOf } from "../domain/auditMeasure/auditSample.ts";
import type { AuditSample } from "../domain/auditMeasure/auditSample.ts";

/** Who was measured, on what, and how. */
export interface AuditMeasure {
  readonly id: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly backend: string;
  /** `provider/model`; empty for an agent that asks no model through the gateway. */
  readonly model: string;
  readonly promptVersion: string;
  readonly profile: string;
  /** What the choice of defects followed from. */
  readonly seed: number;
  readonly startedAt: Date;
}

export async function startMeasure(db: Knex, measure: AuditMeasure): Promise<void> {
  const { id, repository, backend, model, promptVersion, profile, seed, startedAt } = measure;
  await db("audit_measures").insert({
    id,
    repository,
    backend,
    model,
    prompt_version: promptVersion,
    profile,
    seed,
    started_at: startedAt,
  });
}

/** Keeps what one shadow audit showed, and counts it; the same sample twice is kept and counted once. */
export async function recordSample(
  db: Knex,
  sample: AuditSample & { readonly number: number; readonly costMicros: number; readonly tokens: number },
  measureId: string,
): Promise<void> {
  const { number, defect, verdict, costMicros, tokens } = sample;
  await db.raw(
    `with kept as (
       insert into audit_samples (measure_id, number, defect, category, path, line, verdict, outcome)
       values (:measureId, :number, :defect, :category, :path, :line, :verdict, :outcome)
       on conflict (measure_id, number) do nothing
       returning outcome)
     update audit_measures
        set seeded = seeded + (outcome in ('caught', 'missed'))::int,
            caught = caught + (outcome = 'caught')::int,
            controls = controls + (outcome in ('clean', 'false_alarm'))::int,
            false_alarms = false_alarms + (outcome = 'false_alarm')::int,
            not_judged = not_judged + (outcome = 'not_judged')::int,
            cost_micros = cost_micros + :costMicros,
            tokens = tokens + :tokens
       from kept where id = :measureId`,
    {
      measureId,
      number,
      defect: defect?.id ?? null,
      category: defect?.category ?? null,
      path: defect?.path ?? null,
      line: defect?.line ?? null,
      verdict: verdict?.decision ?? null,
      outcome: outcomeOf(sample),
      costMicros,
      tokens,
    },
  );
}

export async function finishMeasure(db: Knex, id: string, finishedAt: Date): Promise<void> {
  await db("audit_measures").where({ id }).whereNull("finished_at").update({ finished_at: finishedAt });
}

/** All measurements of one Auditor together, by backend and model. */
export interface MeasuredAuditor extends AuditRates {
  readonly backend: string;
  readonly model: string;
  readonly measures: number;
  readonly costMicros: number;
  readonly tokens: number;
  readonly lastAt: Date;
}

interface Row extends AuditCounts {
  readonly backend: string;
  readonly model: string;
  readonly measures: number;
  readonly costMicros: string;
  readonly tokens: string;
  readonly lastAt: Date;
}

/** Auditors as they were measured, in one repository or in all; only measurements that came to their end. */
export async function measuredAuditors(db: Knex, repository: string | null): Promise<readonly MeasuredAuditor[]> {
  const { rows } = await db.raw<{ rows: readonly Row[] }>(
    `select backend, model, count(*)::int as measures, sum(seeded)::int as seeded, sum(caught)::int as caught,
            sum(controls)::int as controls, sum(false_alarms)::int as "falseAlarms", sum(not_judged)::int as "notJudged",
            sum(cost_micros)::text as "costMicros", sum(tokens)::text as tokens, max(finished_at) as "lastAt"
       from audit_measures
      where finished_at is not null and (:repository::text is null or repository = :repository)
      group by backend, model order by backend, model`,
    { repository },
  );
  return rows.map(({ backend, model, measures, lastAt, ...row }) => ({
    backend,
    model,
    measures,
    lastAt,
    costMicros: Number(row.costMicros),
    tokens: Number(row.tokens),
    ...ratesOf(row),
  }));
}

/** The rates of one Auditor over all that was measured of it; null when it never was. */
export async function rateOf(db: Knex, backend: string, model: string): Promise<AuditRates | null> {
  const all = await measuredAuditors(db, null);
  return all.find((each) => each.backend === backend && each.model === model) ?? null;
}
