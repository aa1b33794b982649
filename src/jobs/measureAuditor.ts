import { randomUUID } from "node:crypto";
import type { AuditOutcome } from "../domain/auditMeasure/auditSample.ts";
import { outcomeOf } from "../domain/auditMeasure/auditSample.ts";
import type { AttemptId } from "../domain/ids.ts";
import { fullName } from "../domain/repository.ts";
import { strategyOf } from "../domain/rulesOf.ts";
import type { Mutation } from "../gates/mutations/mutation.ts";
import { pickMutations } from "../gates/mutations/pickMutations.ts";
import { auditorProfile } from "../prompts/auditorInstructions.ts";
import { promptVersion } from "../prompts/promptPack.ts";
import { finishMeasure, recordSample, startMeasure } from "../store/auditMeasures.ts";
import type { JobDeps } from "./handler.ts";
import { shadowAudit } from "./shadowAudit.ts";
import type { GoodDiff } from "./shadowAudit.ts";

/** One audit of a measurement: of a diff with a defect in it, or of the diff itself. */
export interface PlannedAudit {
  readonly diff: GoodDiff;
  readonly mutation: Mutation | null;
}

/** Every diff once as it is, and as many defects as were asked for, of as many kinds as there are. */
export function planMeasure(
  diffs: readonly GoodDiff[],
  choice: { readonly samples: number; readonly seed: number },
): readonly PlannedAudit[] {
  const homes = new Map(diffs.flatMap((diff) => diff.mutations.map((mutation) => [mutation, diff] as const)));
  const picked = pickMutations([...homes.keys()], { count: choice.samples, seed: choice.seed });
  const seeded = picked.flatMap((mutation) => {
    const diff = homes.get(mutation);
    return diff === undefined ? [] : [{ diff, mutation }];
  });
  const controls = diffs.slice(0, Math.max(1, choice.samples)).map((diff) => ({ diff, mutation: null }));
  return [...seeded, ...controls];
}

/** The most that audits can cost, by the caps of an attempt; null where one of them has no cap. */
export function quoteOf(audits: readonly PlannedAudit[]): number | null {
  const caps = audits.map(({ diff }) => strategyOf(diff.run).budgets.attempt.cost_usd);
  return caps.reduce<number | null>((sum, cap) => (sum === null || cap === undefined ? null : sum + cap), 0);
}

export interface MeasureWatch {
  readonly seed: number;
  readonly signal: AbortSignal;
  onSample(number: number, outcome: AuditOutcome): void;
}

/**
 * Does the audits one after the other, and keeps what each showed: by Auditor, as phases may have different ones. What was
 * measured before it is stopped stays, as a measurement that did not end.
 */
export async function measureAuditor(
  audits: readonly PlannedAudit[],
  deps: JobDeps,
  watch: MeasureWatch,
): Promise<void> {
  const { knex } = deps.store;
  const measures = new Map<string, { readonly id: string; count: number }>();
  for (const [index, { diff, mutation }] of audits.entries()) {
    const key = JSON.stringify(nameOf(diff));
    const measure = measures.get(key) ?? { id: randomUUID(), count: 0 };
    if (!measures.has(key))
      await startMeasure(knex, { id: measure.id, ...nameOf(diff), seed: watch.seed, startedAt: deps.clock.now() });
    measures.set(key, measure);
    const id = `shadow-${randomUUID()}` as AttemptId;
    const result = await shadowAudit({ diff, mutation, id, signal: watch.signal }, deps);
    if (result === null) return;
    measure.count += 1;
    const { sample, costMicros, tokens } = result;
    await recordSample(knex, { ...sample, number: measure.count, costMicros, tokens }, measure.id);
    watch.onSample(index + 1, outcomeOf(sample));
  }
  for (const { id } of measures.values()) await finishMeasure(knex, id, deps.clock.now());
}

function nameOf({ run, phase, auditor, settings }: GoodDiff) {
  const { backend, model } = auditor;
  return {
    repository: fullName(run.repository),
    backend,
    model: model === null ? "" : `${model.provider}/${model.model}`,
    promptVersion: promptVersion(settings.prompts),
    profile: auditorProfile(run, phase),
  };
}
