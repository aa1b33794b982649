import type { Knex } from "knex";
import type { PhaseId, RunId } from "../domain/ids.ts";
import type { Phase, TouchedPath } from "../domain/phase.ts";
import type { Impact } from "../domain/waves/impact.ts";
import type { DeclaredRecord, ImpactKnowledge } from "../domain/waves/impactKnowledge.ts";
import { scoreImpacts } from "../domain/waves/scoreImpacts.ts";
import type { ScoredImpact } from "../domain/waves/scoreImpacts.ts";

/** How many landed phases the next plan learns from. */
const PHASES_REMEMBERED = 100;
/** Phases that touched more say nothing of which files belong together. */
const MOST_TOUCHED = 50;

interface PredictionRow {
  readonly id: number;
  readonly phase_id: PhaseId;
  readonly path: string;
  readonly operation: Impact["operation"];
  readonly source: Impact["source"];
  readonly confidence: number;
  readonly hit: boolean | null;
}

/** Writes what phases are expected to touch, in place of what was expected before. What has landed keeps its verdicts. */
export async function savePredictions(
  tx: Knex,
  runId: RunId,
  phases: readonly Pick<Phase, "id" | "plan">[],
): Promise<void> {
  const ids = phases.map(({ id }) => id);
  await tx("impact_predictions").whereIn("phase_id", ids).whereNull("scored_at").delete();
  const rows = phases.flatMap(({ id, plan }) => plan.impacts.map((impact) => toRow(runId, id, { impact, hit: null })));
  await insertAll(tx, rows);
}

/**
 * Holds the predictions of a landed phase against what it touched, and stores the verdicts, what it touched, and the score.
 * The same again changes nothing; another diff replaces it, as after a rollback.
 */
export async function scorePhase(tx: Knex, phaseId: PhaseId, touched: readonly TouchedPath[]): Promise<void> {
  const phase = await tx<{ id: PhaseId; run_id: RunId }>("phases").where({ id: phaseId }).first("run_id");
  if (phase === undefined) throw new Error(`scoring the impacts of phase ${phaseId}: there is no such phase`);
  const rows = await tx<PredictionRow>("impact_predictions").where({ phase_id: phaseId }).orderBy("id");
  const predictions = rows.filter(({ source }) => source !== "validated");
  const score = scoreImpacts(predictions.map(toImpact), touched);
  const hits = predictions.flatMap(({ id }, index) => (score.predicted[index]?.hit === true ? [id] : []));
  await tx("impact_predictions").where({ phase_id: phaseId, source: "validated" }).delete();
  await tx.raw(
    `update impact_predictions set scored_at = now(), hit = case operation when 'read' then null else id = any(?::bigint[]) end
      where phase_id = ?`,
    [hits, phaseId],
  );
  const at = { scored_at: tx.fn.now() };
  await insertAll(
    tx,
    score.touched.map((seen) => ({ ...toRow(phase.run_id, phaseId, seen), ...at })),
  );
  await tx.raw(
    `insert into impact_scores (phase_id, repository_id, category, touched, "precision", recall)
     select phases.id, runs.repository_id, coalesce(phases.plan->>'category', ''), ?, ?, ?
       from phases join runs on runs.id = phases.run_id
      where phases.id = ?
     on conflict (phase_id) do update
       set touched = excluded.touched, "precision" = excluded."precision", recall = excluded.recall, scored_at = excluded.scored_at`,
    [touched.length, score.precision, score.recall, phaseId],
  );
}

/**
 * What the newest landed phases of a repository teach: at most 100 of them, and of these at most what was predicted and 50
 * touched paths each. `paths` are the files they left behind; whoever has the tree at hand knows more.
 */
export async function impactKnowledge(db: Knex, repositoryId: number): Promise<ImpactKnowledge> {
  const { rows } = await db.raw<{ rows: (PredictionRow & { readonly category: string; readonly touched: number })[] }>(
    `with newest as materialized (
       select phase_id, category, touched, scored_at
         from impact_scores where repository_id = ? order by scored_at desc, phase_id limit ?
     )
     select newest.phase_id, category, touched, path, operation, source, confidence, hit
       from newest join impact_predictions using (phase_id)
      where (source = 'declared' and operation <> 'read') or (source = 'validated' and touched <= ?)
      order by newest.scored_at, newest.phase_id, impact_predictions.id`,
    [repositoryId, PHASES_REMEMBERED, MOST_TOUCHED],
  );
  const seen = rows.filter(({ source }) => source === "validated");
  return {
    changes: [...Map.groupBy(seen, ({ phase_id }) => phase_id).values()].map((paths) => paths.map(({ path }) => path)),
    declared: recordsOf(rows.filter(({ source }) => source === "declared")),
    paths: left(seen),
  };
}

function recordsOf(
  rows: readonly { readonly category: string; readonly hit: boolean | null }[],
): Readonly<Record<string, DeclaredRecord>> {
  const byCategory = Map.groupBy(rows, ({ category }) => category);
  return Object.fromEntries(
    [...byCategory].map(([category, declared]) => [
      category,
      { hits: declared.filter(({ hit }) => hit === true).length, total: declared.length },
    ]),
  );
}

/** Oldest first: what a later phase deleted is gone. */
function left(touched: readonly Pick<PredictionRow, "path" | "operation">[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { path, operation } of touched) {
    if (operation === "delete") paths.delete(path);
    else paths.add(path);
  }
  return paths;
}

function toImpact({ path, operation, source, confidence }: PredictionRow): Impact {
  return { path, operation, source, confidence };
}

function toRow(runId: RunId, phaseId: PhaseId, { impact, hit }: ScoredImpact): object {
  const { path, operation, source, confidence } = impact;
  return { run_id: runId, phase_id: phaseId, path, operation, source, confidence, hit };
}

/** In parts, as a statement takes 65,535 values at most. What is there already stays as it is. */
async function insertAll(tx: Knex, rows: readonly object[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 1000) {
    await tx("impact_predictions")
      .insert(rows.slice(from, from + 1000))
      .onConflict()
      .ignore();
  }
}
