import type { Candidate, Phase } from "../phase.ts";

/** Whether a change undoes exactly what a phase has landed. An empty change has no id, and undoes nothing. */
export function revertsLanded(candidate: Candidate, landed: Phase): boolean {
  return candidate.inversePatchId !== "" && candidate.inversePatchId === landed.candidate?.patchId;
}
