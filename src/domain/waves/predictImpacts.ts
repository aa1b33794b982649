import type { PlannedPhase } from "../plan.ts";
import { normalized } from "./glob.ts";
import { isLiteral } from "./globTokens.ts";
import { historyImpacts } from "./historyImpacts.ts";
import type { Impact } from "./impact.ts";
import type { DeclaredRecord, ImpactKnowledge } from "./impactKnowledge.ts";
import { patternImpacts } from "./patternImpacts.ts";

/** So many declared impacts that came true are assumed of every repository, so that a new one is believed. */
const PRIOR_HITS = 10;
/** More would say more about how a repository lumps its changes together than about the phase. */
const MOST_PREDICTED = 50;

/**
 * What a planned phase is expected to do where: what it declares, what it was said to touch by an agent, and what that
 * brings with it by the names of files and by this repository's history.
 *
 * What `files` names is an update, unless the plan states the operation. The plan's own word is believed as far as plans of
 * the same category have been right here before. A phase that declares nothing is not made up for: nothing is predicted from
 * nothing. May be called again with its own result.
 */
export function predictImpacts(
  phase: Pick<PlannedPhase, "files" | "category" | "impacts">,
  knowledge: ImpactKnowledge,
): readonly Impact[] {
  const declared = declaredBy(phase, declaredConfidence(knowledge.declared[phase.category]));
  const given = phase.impacts.filter(({ source }) => source === "agent");
  const known = [...declared, ...given];
  // Names may look like globs, such as `[id].ts`.
  const origins = known.filter(({ path }) => isLiteral(path) || knowledge.paths.has(path));
  const predicted = origins.flatMap((origin) =>
    [...patternImpacts(origin, knowledge.paths), ...historyImpacts(origin, knowledge)].map((impact) => ({
      ...impact,
      confidence: impact.confidence * origin.confidence,
    })),
  );
  return [...known, ...strongest(predicted, new Set(known.map(({ path }) => path)))];
}

/** The share that came true of what was declared, as if some more had come true before. Reads do not count: no diff shows them. */
export function declaredConfidence(record: DeclaredRecord = { hits: 0, total: 0 }): number {
  return (record.hits + PRIOR_HITS) / (record.total + PRIOR_HITS);
}

function declaredBy(
  { files, impacts }: Pick<PlannedPhase, "files" | "impacts">,
  confidence: number,
): readonly Impact[] {
  const stated = impacts
    .filter(({ source }) => source === "declared")
    .map((impact) => ({ ...impact, path: normalized(impact.path), confidence }));
  const isStated = new Set(stated.map(({ path }) => path));
  const named = [...new Set(files.map(normalized))]
    .filter((path) => path !== "" && !isStated.has(path))
    .map((path): Impact => ({ path, operation: "update", source: "declared", confidence }));
  return [...stated, ...named];
}

/** One a path, the most confident; then by path, so that the result never depends on the order in which they were found. */
function strongest(predicted: readonly Impact[], known: ReadonlySet<string>): readonly Impact[] {
  const sorted = predicted
    .filter(({ path }) => !known.has(path))
    .toSorted((left, right) => right.confidence - left.confidence || compare(left.path, right.path));
  const byPath = new Map<string, Impact>();
  for (const impact of sorted) if (!byPath.has(impact.path)) byPath.set(impact.path, impact);
  return [...byPath.values()].slice(0, MOST_PREDICTED);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
