import type { Knex } from "knex";
import type { Finding } from "../domain/finding.ts";
import { countsAs } from "../domain/findings/gravest.ts";
import { occurrencesOf } from "../domain/findings/occurrencesOf.ts";
import type { Occurrence } from "../domain/findings/occurrencesOf.ts";
import type { RunId } from "../domain/ids.ts";
import type { Phase } from "../domain/phase.ts";
import { plainBlock, plainLine } from "../domain/plainText.ts";
import type { Run } from "../domain/run.ts";

/** Nobody reads more of a run than these. */
const MAX_INDEXED = 1000;

/** A problem of a run, once: as the run's index has it. */
export interface RunFinding {
  readonly key: string;
  readonly title: string;
  readonly path: string | null;
  /** The gravest it was seen with. */
  readonly severity: Finding["severity"];
  /** It was due for cleaning up, and counts as major for that. */
  readonly aged: boolean;
  readonly occurrences: number;
  readonly sources: readonly Finding["source"][];
  /** Ordinals of the first and the last phase that it was seen in. */
  readonly firstPhase: number;
  readonly lastPhase: number;
}

/**
 * Records what there is to say against a phase's result as it stands, and gives the keys of what is minor in it.
 *
 * To be called whenever that changes: what an earlier result was blamed for stays, as its attempt's. The same again changes
 * nothing. The phase's attempts must have been saved.
 */
export async function saveFindings(tx: Knex, run: Run, phase: Phase): Promise<readonly string[]> {
  const seen = occurrencesOf(phase);
  for (let from = 0; from < seen.length; from += 500) {
    const rows = seen.slice(from, from + 500).map((occurrence) => toRow(run, phase, occurrence));
    await tx("findings")
      .insert(rows)
      .onConflict(["phase_id", "attempt_id", "stage", "key"])
      .merge({
        severity: tx.raw("case when findings.severity = 'major' then 'major' else excluded.severity end"),
        evidence: tx.raw("excluded.evidence"),
        occurrence_count: tx.raw("greatest(findings.occurrence_count, excluded.occurrence_count)"),
        last_seen_at: tx.fn.now(),
      })
      .whereRaw(
        `(findings.severity = 'minor' and excluded.severity = 'major')
          or findings.occurrence_count < excluded.occurrence_count or findings.evidence <> excluded.evidence`,
      );
  }
  const major = new Set(seen.filter((each) => severityIn(run, each) === "major").map(({ key }) => key));
  return [...new Set(seen.map(({ key }) => key))].filter((key) => !major.has(key));
}

/** A run's problems, each once, over all its phases and attempts: major ones first, then in the order of the phases. At most 1000. */
export async function runFindings(db: Knex, runId: RunId): Promise<readonly RunFinding[]> {
  const { rows } = await db.raw<{ rows: RunFinding[] }>(
    `select key, (array_agg(title order by findings.id))[1] as title, (array_agg(path order by findings.id))[1] as path,
            case when bool_or(severity = 'major') then 'major' else 'minor' end as severity, bool_or(aged) as aged,
            sum(occurrence_count)::int as occurrences, array_agg(distinct source order by source) as sources,
            min(phases.ordinal) as "firstPhase", max(phases.ordinal) as "lastPhase"
       from findings join phases on phases.id = findings.phase_id
      where findings.run_id = ?
      group by key
      order by bool_or(severity = 'major') desc, min(phases.ordinal), key
      limit ?`,
    [runId, MAX_INDEXED],
  );
  return rows;
}

function severityIn({ agedFindings }: Run, { key, finding }: Occurrence): Finding["severity"] {
  return countsAs(finding.severity, key, agedFindings);
}

function toRow(run: Run, phase: Phase, occurrence: Occurrence): object {
  const { key, stage, attemptId, finding, count, evidence } = occurrence;
  const { source, title, detail, path } = finding;
  const lines = path === null ? null : finding.lines;
  return {
    run_id: run.id,
    phase_id: phase.id,
    attempt_id: attemptId,
    stage,
    key,
    severity: severityIn(run, occurrence),
    aged: run.agedFindings.includes(key),
    source,
    // Names of tests come from files that anybody may have written.
    title: plainLine(title, 1000),
    detail: plainBlock(detail),
    path,
    start_line: lines?.start ?? null,
    end_line: lines?.end ?? null,
    evidence: JSON.stringify(evidence),
    occurrence_count: count,
  };
}
