import { buttonOf } from "../commands/buttons.ts";
import type { ButtonId } from "../commands/buttons.ts";
import type { CheckAction } from "../domain/checkRun.ts";
import type { CheckName } from "../domain/externalId.ts";
import type { GateName, GateResult } from "../domain/gate.ts";
import { isPassed } from "../domain/overrides.ts";
import { promotionConditions } from "../domain/promotion.ts";
import { canJudgeAgain } from "../domain/revisionEvents.ts";
import { isFinal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";

/** GitHub's limit. */
const MAX_BUTTONS = 3;

/**
 * The buttons of a check run: what can be done about the run as it is now. A green gate has none, as GitHub's own "Re-run"
 * does all there is to do. An override has no button: it needs a reason.
 */
export function checkActions(run: Run, check: CheckName): readonly CheckAction[] {
  if (isFinal(run.state)) return [];
  return buttonsOf(run, check)
    .slice(0, MAX_BUTTONS)
    .map((identifier) => {
      const { label, description } = buttonOf(identifier);
      return { label, identifier, description };
    });
}

function buttonsOf(run: Run, check: CheckName): readonly ButtonId[] {
  switch (check) {
    case "preflight":
    case "ci":
    case "audit":
      return ofGate(run, check);
    case "promotion":
      return ofPromotion(run);
    case "config":
      return run.state.kind === "failed" ? ["retry"] : [];
  }
}

function ofGate(run: Run, gate: GateName): readonly ButtonId[] {
  const result = run.gates.find((candidate: GateResult) => candidate.gate === gate && candidate.sha === run.head);
  if (result === undefined || isPassed(run, result)) return [];
  const again: readonly ButtonId[] = canJudgeAgain(run) ? [`rerun_${gate}`] : [];
  const retry: readonly ButtonId[] = run.state.kind === "failed" ? ["retry"] : [];
  return [...again, ...retry, "cancel"];
}

function ofPromotion(run: Run): readonly ButtonId[] {
  if (run.hold?.kind === "person") return [run.hold.how === "hold" ? "unhold" : "resume", "cancel"];
  if (run.edited !== null) return ["resume", "cancel"];
  if (run.state.kind === "failed") return ["retry", "cancel"];
  if (run.state.kind !== "promotable") return ["cancel"];
  const unmet = new Set(promotionConditions(run).flatMap(({ name, met }) => (met ? [] : [name])));
  const further: readonly ButtonId[] = [
    ...(unmet.has("merge") ? (["retry"] as const) : []),
    ...(unmet.has("approvals") ? (["approve"] as const) : []),
    ...(waitsForPromote(run) ? (["promote"] as const) : []),
  ];
  // With none when it only has to be merged, the check run needs no further write when it has been.
  return unmet.size === 0 && further.length === 0 ? [] : [...further, "cancel"];
}

/** Whether the configuration leaves something to `/autopack promote` that nobody has asked for yet. */
function waitsForPromote({ settings, promoteAsked, head, pull }: Run): boolean {
  if (settings === null || promoteAsked?.sha === head) return false;
  const { merge, ready } = settings.promotion;
  return merge === "on_command" || (ready === "on_command" && pull?.draft === true);
}
