import type { Sha } from "./ids.ts";
import type { Run } from "./run.ts";

/** The checkpoints of a run whose hash begins so: the base, and the commits of its landed phases. `base` names the base. */
export function checkpointsNamed({ base, phases }: Run, typed: string): readonly Sha[] {
  if (typed === "base") return base === null ? [] : [base.sha];
  const all = [
    ...(base === null ? [] : [base.sha]),
    ...phases.flatMap(({ state }) => (state.kind === "complete" ? [state.sha] : [])),
  ];
  return [...new Set(all.filter((sha) => sha.startsWith(typed)))];
}
