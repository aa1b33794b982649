import type { CheckRun } from "../domain/checkRun.ts";
import type { Sha } from "../domain/ids.ts";
import { isDryRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { configCheck } from "./configCheck.ts";
import { gateCheck, gateUnderWay } from "./gateCheck.ts";
import { gatesOnHead } from "./gatesOnHead.ts";
import { promotionCheck } from "./promotionCheck.ts";
import type { RunView } from "./runView.ts";
import { code } from "./safeMarkdown.ts";

/**
 * The check runs a run's head should have.
 *
 * While the run moves, its head carries `autopack/promotion` alone, in progress: the three gates come when it rests on a
 * head. They are known before that, but a call a gate and phase is what the budget of API calls (12 + 3 a phase) has no
 * room for. What somebody waits for longer than that is shown: the repository's own CI, and a gate that is run again.
 */
export function checkRuns(view: RunView): readonly CheckRun[] {
  const { run } = view;
  const config = configCheck(view);
  if (config !== null) return [config];
  const { head } = run;
  if (head === null || isDryRun(run)) return [];
  const gates = isAtRest(run) ? gatesOnHead(run).map((result) => gateCheck(view, result)) : underWay(run, head);
  return [...gates, promotionCheck(view, head)];
}

function underWay(run: Run, sha: Sha): readonly CheckRun[] {
  if (run.state.kind !== "verifying") return [];
  const again = (run.rerun?.gates ?? []).filter((gate) => gate !== "audit");
  const { awaiting } = run;
  if (awaiting?.head === sha) {
    const names = awaiting.checks.map(({ check }) => `- ${code(check)}`).join("\n");
    const details = `Autopack's own commands are done. Waited for, on this commit:\n\n${names}`;
    return [gateUnderWay(run, { gate: "ci", sha, title: "Waiting for the repository's own checks", details })];
  }
  return again.map((gate) => gateUnderWay(run, { gate, sha, title: "Running again", details: "" }));
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
