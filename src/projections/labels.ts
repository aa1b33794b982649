import { labels as known } from "../commands/labels.ts";
import type { Label } from "../commands/labels.ts";
import { promotionConditions } from "../domain/promotion.ts";
import { isLiveRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";

export interface LabelSet {
  readonly add: readonly Label[];
  /** Names of those that must not be there. */
  readonly remove: readonly string[];
}

/** The label that starts a run, and is used up by it. */
export const START_LABEL = known.start.name;

/** Which of Autopack's labels an issue should carry. The start label is used up as soon as there is a run. */
export function labels(run: Run): LabelSet {
  const wanted: readonly Label[] = [
    ...(isLiveRun(run.state) ? [known.running] : []),
    ...(needsHuman(run) ? [known.needsHuman] : []),
    ...(isBlocked(run) ? [known.blocked] : []),
    ...(run.state.kind === "promoted" ? [known.done] : []),
  ];
  const remove = Object.values(known).filter((label) => !wanted.includes(label));
  return { add: wanted, remove: remove.map((label) => label.name) };
}

/** Only the server's operator can help. */
function isBlocked({ state }: Run): boolean {
  return state.kind === "failed" && state.reason === "environment";
}

function needsHuman(run: Run): boolean {
  if (run.state.kind === "awaiting_approval") return true;
  if (run.state.kind === "failed") return !isBlocked(run);
  return run.state.kind === "promotable" && promotionConditions(run).some((condition) => !condition.met);
}
