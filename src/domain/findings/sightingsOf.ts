import type { Phase } from "../phase.ts";
import { plainBlock, plainLine } from "../plainText.ts";
import type { Run } from "../run.ts";
import { countsAs } from "./gravest.ts";
import { findingKey } from "./findingKey.ts";
import { occurrencesOf } from "./occurrencesOf.ts";
import { phaseFindings } from "./phaseFindings.ts";
import type { Sighting } from "./sightEntry.ts";

/** What a phase landed with, each problem once, in the order of their keys, with the artifacts of every stage that saw it. */
export function sightingsOf({ id, agedFindings }: Run, phase: Phase): readonly Sighting[] {
  const occurrences = Map.groupBy(occurrencesOf(phase), ({ key }) => key);
  const sightings = phaseFindings(phase).map((finding): Sighting => {
    const key = findingKey(finding);
    const artifacts = (occurrences.get(key) ?? []).flatMap(({ evidence }) => evidence);
    return {
      key,
      title: plainLine(finding.title, 1000),
      detail: plainBlock(finding.detail),
      path: finding.path,
      source: finding.source,
      severity: countsAs(finding.severity, key, agedFindings),
      evidence: { run: id, phase: phase.id, artifacts: [...new Set(artifacts)] },
    };
  });
  return sightings.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}
