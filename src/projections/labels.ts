import { startLabels, stateLabels } from "../commands/labels.ts";
import type { Label } from "../commands/labels.ts";
import { keysBySeverity } from "../domain/findings/countFindings.ts";
import { phaseFindings } from "../domain/findings/phaseFindings.ts";
import { isLanded } from "../domain/phase.ts";
import { promotionConditions } from "../domain/promotion.ts";
import { isLiveRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";

export interface LabelSet {
  readonly add: readonly Label[];
  /** Names of those that must not be there. */
  readonly remove: readonly string[];
}

/** Names of the labels that start a run, and are used up by it. */
export const START_LABELS: readonly string[] = Object.values(startLabels).map((label) => label.name);

/** Which of the labels that Autopack writes an issue should carry. */
export function labels(run: Run): LabelSet {
  const wanted: readonly Label[] = [
    ...(isLiveRun(run.state) ? [stateLabels.running] : []),
    ...(needsHuman(run) ? [stateLabels.needsHuman] : []),
    ...(isBlocked(run) ? [stateLabels.blocked] : []),
    ...(run.state.kind === "promoted" ? [stateLabels.done] : []),
    ...(leavesDebt(run) ? [stateLabels.debt] : []),
  ];
  const remove = Object.values(stateLabels).filter((label) => !wanted.includes(label));
  return { add: wanted, remove: remove.map((label) => label.name) };
}

/** Only the server's operator can help. */
function isBlocked({ state }: Run): boolean {
  return state.kind === "failed" && state.reason === "environment";
}

function needsHuman(run: Run): boolean {
  if (run.state.kind === "awaiting_approval") return true;
  if (run.state.kind === "failed") return !isBlocked(run);
  if (!isLiveRun(run.state)) return false;
  if (run.hold?.kind === "budget" || run.edited !== null) return true;
  return run.state.kind === "promotable" && promotionConditions(run).some((condition) => !condition.met);
}

/** It cleans up what others have left, or has itself landed what counts as major: by its weight, or by its age. */
function leavesDebt({ request, state, phases, agedFindings }: Run): boolean {
  if (request.wishes.form === "debt") return true;
  if (state.kind !== "promoted") return false;
  return keysBySeverity(phases.filter(isLanded).flatMap(phaseFindings), agedFindings).major.length > 0;
}
