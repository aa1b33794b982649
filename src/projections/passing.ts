import { isPromotable } from "../domain/promotion.ts";
import { isMergeWanted } from "../domain/transition.ts";
import type { Run } from "../domain/run.ts";

/**
 * Whether a state is not worth a write of the status comment, because it ends by itself and, as a rule, in a second. What
 * comes after it is shown. `shown` is the state that the comment tells of; null while there is no comment.
 *
 * Together with one write a phase this keeps a run within 12 + 3 API calls a phase. A verification or a reading of the plan
 * that somebody asked for, or that a push has caused, is shown.
 */
export function isPassing(run: Run, shown: string | null): boolean {
  switch (run.state.kind) {
    case "queued":
    case "planning":
      return shown === null;
    case "verifying":
      return shown === "building" && run.awaiting === null;
    case "promotable":
      return shown !== null && isMergeWanted(run) && isPromotable(run);
    case "awaiting_approval":
    case "building":
    case "promoted":
    case "no_changes":
    case "failed":
    case "cancelled":
      return false;
  }
}
