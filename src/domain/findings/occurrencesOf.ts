import type { Finding } from "../finding.ts";
import type { ArtifactId, AttemptId } from "../ids.ts";
import type { Phase } from "../phase.ts";
import { distinctFindings } from "./distinctFindings.ts";
import { findingKey } from "./findingKey.ts";
import { newestResult, seenInPhase } from "./phaseFindings.ts";
import type { FindingStage, SeenFinding } from "./seenFinding.ts";

/** One problem as one stage saw it in one attempt's result. */
export interface Occurrence {
  readonly key: string;
  readonly stage: FindingStage;
  /** The Auditor's own; else the Builder's whose result was judged. */
  readonly attemptId: AttemptId | null;
  /** The gravest of its repeats, and the first of those. */
  readonly finding: Finding;
  /** How often the stage named it. */
  readonly count: number;
  /** Logs and patches it rests on. */
  readonly evidence: readonly ArtifactId[];
}

/** Logs of a spec with very many validators say no more than the first of them. */
const MAX_EVIDENCE = 20;

/** What there is to say against a phase's result as it stands, by stage; a problem once a stage. */
export function occurrencesOf(phase: Phase): readonly Occurrence[] {
  const built = newestResult(phase, "builder")?.id ?? null;
  const audited = newestResult(phase, "auditor")?.id ?? null;
  const stages = Map.groupBy(seenInPhase(phase), ({ stage }) => stage);
  return [...stages].flatMap(([stage, seen]) =>
    inStage(seen, { stage, attemptId: stage === "auditor" ? audited : built }),
  );
}

function inStage(seen: readonly SeenFinding[], by: Pick<Occurrence, "stage" | "attemptId">): readonly Occurrence[] {
  const repeats = Map.groupBy(seen, ({ finding }) => findingKey(finding));
  return [...distinctFindings(seen)].map(([key, { finding }]) => {
    const all = repeats.get(key) ?? [];
    const evidence = [...new Set(all.flatMap((each) => each.evidence))].slice(0, MAX_EVIDENCE);
    return { key, ...by, finding, count: all.length, evidence };
  });
}
