import type { Run } from "../domain/run.ts";
import type { CheckRun } from "../domain/checkRun.ts";
import { configCheck } from "./configCheck.ts";
import { gatesOnHead } from "./gatesOnHead.ts";
import { gateCheck } from "./gateCheck.ts";
import { promotionCheck } from "./promotionCheck.ts";
import type { RunView } from "./runView.ts";

/**
 * The check runs a run's head should have.
 *
 * While the run moves, its head carries `autopack/promotion` alone, in progress: the three gates come when it rests on a
 * head. They are known before that, but a call a gate and phase is what the budget of API calls (12 + 3 a phase) has no
 * room for.
 */
export function checkRuns({ run }: RunView): readonly CheckRun[] {
  const config = configCheck(run);
  if (config !== null) return [config];
  const { head } = run;
  if (head === null) return [];
  const gates = isAtRest(run) ? gatesOnHead(run) : [];
  return [...gates.map((result) => gateCheck(run, result)), promotionCheck(run, head)];
}

function isAtRest({ state }: Run): boolean {
  switch (state.kind) {
    case "queued":
    case "planning":
    case "awaiting_approval":
    case "building":
    case "verifying":
      return false;
    case "promotable":
    case "promoted":
    case "no_changes":
    case "failed":
    case "cancelled":
      return true;
  }
}
