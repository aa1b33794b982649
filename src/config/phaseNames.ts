import { nearest } from "../domain/nearest.ts";
import { plainLine } from "../domain/plainText.ts";
import { MAX_TITLE_LENGTH } from "./planSchema.ts";
import type { PhaseBlock } from "./planSchema.ts";

/** Indexes of a plan's phases by id, and by title as it is shown. */
export interface PhaseNames {
  readonly ids: ReadonlyMap<string, readonly number[]>;
  readonly titles: ReadonlyMap<string, readonly number[]>;
}

export function namesOf(phases: readonly PhaseBlock[]): PhaseNames {
  const ids = new Map<string, number[]>();
  const titles = new Map<string, number[]>();
  for (const [index, { id, title }] of phases.entries()) {
    if (id !== undefined) add(ids, String(id), index);
    add(titles, plainLine(title, MAX_TITLE_LENGTH), index);
  }
  return { ids, titles };
}

function add(to: Map<string, number[]>, name: string, index: number): void {
  const indexes = to.get(name);
  if (indexes === undefined) to.set(name, [index]);
  else indexes.push(index);
}

/** The phases that a name stands for: an id before a title. */
export function named(name: string, { ids, titles }: PhaseNames): readonly number[] {
  const wanted = plainLine(name, MAX_TITLE_LENGTH);
  return ids.get(wanted) ?? titles.get(wanted) ?? [];
}

/** The end of a sentence about a name that stands for no phase. */
export function nameHint(name: string, { ids, titles }: PhaseNames): string {
  const near = nearest(name, [...ids.keys(), ...titles.keys()]);
  return near === null ? "." : `: did you mean “${near}”?`;
}
