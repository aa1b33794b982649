import { isGreen } from "./gate.ts";
import { overrideOf } from "./overrides.ts";
import { isToBeReadied, neededApprovals, promotionConditions } from "./promotion.ts";
import { hasApproved } from "./promotionEvents.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import type { SteeringCommand } from "./steering.ts";
import { accepted, refused, words } from "./steeringAnswer.ts";
import type { Steering } from "./steeringAnswer.ts";

type PromotionCommand = Extract<SteeringCommand, { kind: "approve" | "withdraw" | "override" | "promote" }>;

/** Judges what people decide about the way of a run's head to the base. */
export function steerPromotion(run: Run, command: PromotionCommand): Steering {
  switch (command.kind) {
    case "approve":
      return approve(run, command);
    case "withdraw":
      return !isFinal(run.state) && hasApproved(run, command.by)
        ? accepted({ kind: "approval_withdrawn", by: command.by })
        : refused("there is no approval of this head to take back");
    case "override":
      return override(run, command);
    case "promote":
      return promote(run, command.by);
  }
}

/** An approval is bound to the head its giver saw; the requester's own does not count. */
function approve(run: Run, command: Extract<PromotionCommand, { kind: "approve" }>): Steering {
  if (command.by === run.request.requester) return refused("whoever started a run cannot approve it");
  if (run.state.kind === "awaiting_approval") return approvePlan(run, command.by);
  if (run.state.kind === "failed") return refused("the run has failed; `/autopack retry` takes it up again");
  const needed = neededApprovals(run);
  if (needed === 0) return refused("this repository's configuration asks for no approval (`promotion.approvals`)");
  if (run.state.kind !== "promotable" || run.head === null)
    return refused(`there is nothing to approve yet: the run is ${words(run)}`);
  if (command.sha !== null && !run.head.startsWith(command.sha)) {
    return refused(
      `the head is ${run.head.slice(0, 7)}, not ${command.sha.slice(0, 7)}: look at what was pushed since`,
    );
  }
  return accepted({ kind: "approved", by: command.by, sha: run.head });
}

/** The plan that is approved is the one made of the issue as it read then. */
function approvePlan(run: Run, by: string): Steering {
  if (run.edited !== null)
    return refused(
      "the issue was edited after the plan was made of it: `/autopack resume` keeps the plan, `/autopack cancel` and `/autopack run` make a new one",
    );
  return accepted({ kind: "plan_approved", by });
}

function override(run: Run, { by, gate, reason }: Extract<PromotionCommand, { kind: "override" }>): Steering {
  const { head } = run;
  const result = run.gates.find((candidate) => candidate.gate === gate && candidate.sha === head);
  if (head === null || result === undefined)
    return refused(`${gate} has not been judged on the head, so there is nothing to override`);
  if (isGreen(result)) return refused(`${gate} is not red on ${head.slice(0, 7)}`);
  if (overrideOf(run, gate) !== undefined) return refused(`${gate} is overridden on ${head.slice(0, 7)} already`);
  return accepted({ kind: "gate_overridden", by, gate, sha: head, reason });
}

function promote(run: Run, by: string): Steering {
  const { head, settings } = run;
  if (run.state.kind !== "promotable" || head === null)
    return refused(`the run cannot be promoted: it is ${words(run)}; \`/autopack why\` says what is missing`);
  const unmet = promotionConditions(run).filter(({ name, met }) => !met && name !== "ready");
  if (unmet.length > 0)
    return refused(
      `not everything is met (${unmet.map(({ name }) => name).join(", ")}); \`/autopack why\` says what is missing`,
    );
  const isMerged = settings?.promotion.merge !== "people";
  const asked = { ...run, promoteAsked: { sha: head, by } };
  if (!isMerged && !isToBeReadied(asked))
    return refused(
      "the pull request is ready, and people merge here: merge it on GitHub (`promotion.auto_merge` lets Autopack)",
    );
  if (run.promoteAsked?.sha === head) return refused("its promotion has been asked for already");
  return accepted({ kind: "promote_requested", by, sha: head });
}
