import type { PlannedPhase } from "../plan.ts";

/** What an investigator found out, read by schema. `split`: the phase is left out, and these are done in its place. */
export type Investigation =
  | { readonly decision: "new_approach"; readonly summary: string; readonly instructions: string }
  | { readonly decision: "split"; readonly summary: string; readonly phases: readonly FollowUp[] }
  | { readonly decision: "give_up"; readonly summary: string };

/** A follow-up phase. `after`: indexes of follow-ups of the same split that must be complete first. */
export interface FollowUp extends Pick<PlannedPhase, "title" | "instructions" | "acceptance" | "files"> {
  readonly after: readonly number[];
}
