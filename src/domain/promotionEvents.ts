import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { isPassed } from "./overrides.ts";
import { isSatisfied } from "./phase.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";

type PromotionEvent = Extract<
  RunEvent,
  { kind: "approved" | "approval_withdrawn" | "gate_overridden" | "promote_requested" | "reverted" }
>;

/** Takes what people decide about the head's way to the base. Each decision is bound to the head it was made about. */
export function promotionEvent(run: Run, event: PromotionEvent): Decision {
  if (event.kind === "reverted") {
    const { sha, by } = event;
    return run.state.kind === "promoted" && run.reverted === null
      ? become({ ...run, reverted: { sha, by } })
      : stay(run);
  }
  if (isFinal(run.state)) return stay(run);
  switch (event.kind) {
    case "approved":
      // Not of the head only: somebody's push may be approved before it is heard of. It counts when that is the head.
      return !run.approvals.some(({ by, sha }) => by === event.by && sha === event.sha)
        ? become({ ...run, approvals: [...run.approvals, { sha: event.sha, by: event.by }] })
        : stay(run);
    case "approval_withdrawn": {
      const approvals = run.approvals.filter(({ by, sha }) => by !== event.by || (event.sha ?? sha) !== sha);
      return approvals.length < run.approvals.length ? become({ ...run, approvals }) : stay(run);
    }
    case "gate_overridden":
      return event.sha === run.head ? overridden(run, event) : stay(run);
    case "promote_requested":
      return event.sha === run.head && run.promoteAsked?.sha !== event.sha
        ? become({ ...run, promoteAsked: { sha: event.sha, by: event.by } })
        : stay(run);
  }
}

export function hasApproved(run: Run, login: string): boolean {
  return run.approvals.some((approval) => approval.sha === run.head && approval.by === login);
}

/** A run that failed for red gates alone is fit to be promoted once somebody answers for each of them. */
function overridden(
  run: Run,
  { gate, sha, by, reason }: Extract<PromotionEvent, { kind: "gate_overridden" }>,
): Decision {
  const now: Run = { ...run, overrides: [...run.overrides, { gate, sha, by, reason }] };
  const results = now.gates.filter((result) => result.sha === now.head);
  const isClear = results.length > 0 && results.every((result) => isPassed(now, result));
  const isJudged = now.state.kind === "failed" && now.verifiedBase !== null && now.phases.every(isSatisfied);
  return isClear && isJudged ? move(now, { kind: "promotable" }) : become(now);
}
