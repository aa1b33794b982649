import type { Chosen } from "../domain/strategy/chosen.ts";
import type { Impact } from "../domain/waves/impact.ts";
import type { Apart } from "../domain/waves/keptApart.ts";
import type { PhaseGroup, PhaseGroups } from "../domain/waves/suggestPhaseGroups.ts";

/** What the plan might do better, as far as it can be told without running it. */
export interface PlanAdvice extends PhaseGroups {
  readonly apart: readonly Apart[];
}

export const NO_ADVICE: PlanAdvice = { apart: [], groups: [], duplicates: [] };

/** The keys of the report that advise. `undeclared` names one phase, `same_path` two and what each does to the path. */
export function adviceReport({ apart, groups, duplicates }: PlanAdvice) {
  return {
    apart: apart.map(apartReport),
    groups: groups.map(groupReport),
    duplicates: duplicates.map(groupReport),
  };
}

/** Zero is what everybody has who says nothing. */
export function minReadinessReport(minReadiness: number): Chosen<number> {
  return { value: minReadiness, from: minReadiness === 0 ? "table" : "config" };
}

function apartReport(apart: Apart) {
  switch (apart.kind) {
    case "undeclared":
      return { why: apart.kind, phases: [apart.phase], touches: [] };
    case "same_path": {
      const [one, other] = apart.phases;
      const [first, second] = apart.impacts;
      return { why: apart.kind, phases: [one, other], touches: [touch(one, first), touch(other, second)] };
    }
  }
}

function touch(phase: number, { operation, path }: Impact) {
  return { phase, operation, path };
}

function groupReport({ id, phases, score }: PhaseGroup) {
  return { id, phases, score };
}
