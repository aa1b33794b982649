import type { PlannedPhase } from "../plan.ts";
import type { WorkItem } from "./similarity.ts";
import { suggestGroups } from "./suggestGroups.ts";
import type { Grouping } from "./suggestGroups.ts";

/** Phases that would do better as one, or that look like the same work. */
export interface PhaseGroup extends Pick<Grouping, "id" | "score"> {
  /** Ordinals, ascending. */
  readonly phases: readonly number[];
}

export interface PhaseGroups {
  /** Best first. No phase is in two. */
  readonly groups: readonly PhaseGroup[];
  /** Pairs. */
  readonly duplicates: readonly PhaseGroup[];
}

type Phase = Pick<PlannedPhase, "title" | "instructions" | "category" | "files" | "dependsOn">;

/** Groups a plan's phases by likeness. A phase is known by its title, so that a group keeps its id when the plan is reordered. */
export function suggestPhaseGroups(phases: readonly Phase[], hash: (text: string) => string): PhaseGroups {
  const ids = idsOf(phases);
  const ordinals = new Map(ids.map((id, index) => [id, index + 1]));
  const items = phases.map((phase, index): WorkItem => ({
    id: ids[index] ?? "",
    text: `${phase.title}\n${phase.instructions}`,
    category: phase.category,
    files: phase.files,
    dependsOn: phase.dependsOn.flatMap((ordinal) => ids[ordinal - 1] ?? []),
  }));
  const toGroup = ({ id, score, members }: Grouping): PhaseGroup => ({
    id,
    score,
    phases: members.flatMap((member) => ordinals.get(member) ?? []).toSorted((left, right) => left - right),
  });
  const { groups, duplicates } = suggestGroups(items, hash);
  return { groups: groups.map(toGroup), duplicates: duplicates.map(toGroup) };
}

/** Titles may repeat: the second of a name is another phase. */
function idsOf(phases: readonly Phase[]): readonly string[] {
  const counts = new Map<string, number>();
  return phases.map(({ title }) => {
    const count = (counts.get(title) ?? 0) + 1;
    counts.set(title, count);
    return JSON.stringify([title, count]);
  });
}
