import type { PlannedPhase } from "../domain/plan.ts";

/** A phase whose place in the plan is not settled yet. */
export interface DraftPhase extends Omit<PlannedPhase, "dependsOn"> {
  /** Indexes into the list of drafts. */
  readonly dependsOn: readonly number[];
}

export type Order =
  | { readonly kind: "ok"; readonly phases: readonly PlannedPhase[] }
  /** Indexes of drafts, each depending on the next, the last on the first. */
  | { readonly kind: "cycle"; readonly indexes: readonly number[] };

/**
 * Puts every phase behind what it depends on, and otherwise leaves them as they stand.
 *
 * Tiers stay together as long as nothing depends on a later tier, which callers have to see to.
 */
export function orderPhases(drafts: readonly DraftPhase[]): Order {
  const ordinals = new Map<number, number>();
  const phases: PlannedPhase[] = [];
  const isReady = ({ dependsOn }: DraftPhase, index: number) =>
    !ordinals.has(index) && dependsOn.every((other) => ordinals.has(other));
  while (phases.length < drafts.length) {
    const index = drafts.findIndex(isReady);
    const draft = drafts[index];
    if (draft === undefined) return { kind: "cycle", indexes: findCycle(drafts, ordinals) };
    const dependsOn = [...new Set(draft.dependsOn)].map((other) => ordinals.get(other) ?? 0);
    phases.push({ ...draft, dependsOn: dependsOn.toSorted((left, right) => left - right) });
    ordinals.set(index, phases.length);
  }
  return { kind: "ok", phases };
}

/** Follows unmet dependencies until one comes round again; among phases that are stuck, one must. */
function findCycle(drafts: readonly DraftPhase[], placed: ReadonlyMap<number, number>): readonly number[] {
  const trail: number[] = [];
  let at = drafts.findIndex((_, index) => !placed.has(index));
  while (!trail.includes(at)) {
    trail.push(at);
    at = drafts[at]?.dependsOn.find((other) => !placed.has(other)) ?? at;
  }
  return trail.slice(trail.indexOf(at));
}
