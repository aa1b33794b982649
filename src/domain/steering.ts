import type { Amounts } from "./budget/budget.ts";
import type { Sha } from "./ids.ts";
import { landingAt, phaseInPush } from "./steeringEvents.ts";
import { neededApprovals } from "./promotion.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import type { RunEvent } from "./event.ts";

/** What a person's command comes to: an event for the run, or one line that says why not. */
export type Steering =
  { readonly kind: "accepted"; readonly event: RunEvent } | { readonly kind: "refused"; readonly why: string };

export type SteeringCommand =
  | { readonly kind: "retry"; readonly by: string }
  | { readonly kind: "cancel"; readonly by: string }
  | { readonly kind: "approve"; readonly by: string; readonly sha: string | null }
  | { readonly kind: "hold"; readonly by: string; readonly reason: string }
  | { readonly kind: "resume"; readonly by: string; readonly extra: Amounts }
  /** `force`: also when people's commits leave the branch with it. */
  | { readonly kind: "rollback"; readonly by: string; readonly to: Sha; readonly force: boolean };

/** Judges a command against the run as it stands. Permission has been judged before. */
export function steer(run: Run, command: SteeringCommand): Steering {
  switch (command.kind) {
    case "retry":
      return retry(run, command.by);
    case "cancel":
      return isFinal(run.state)
        ? refused(`the run has ended (${words(run)})`)
        : accepted({ kind: "cancel_requested", by: command.by });
    case "approve":
      return approve(run, command);
    case "hold":
      return hold(run, command);
    case "resume":
      return resume(run, command);
    case "rollback":
      return rollback(run, command);
  }
}

function retry(run: Run, by: string): Steering {
  const failed = run.state.kind === "failed" || run.mergeRefusal !== null;
  if (failed && !isFinal(run.state)) return accepted({ kind: "retry_requested", by });
  if (isFinal(run.state))
    return refused(`the run has ended (${words(run)}); \`/autopack run\` on the issue starts a new one`);
  if (run.hold !== null) return refused("the run is held, not failed: `autopack runs resume` lets it go on");
  return refused(`nothing has failed: the run is ${words(run)}`);
}

function hold(run: Run, { by, reason }: Extract<SteeringCommand, { kind: "hold" }>): Steering {
  if (isFinal(run.state)) return refused(`the run has ended (${words(run)})`);
  if (run.hold !== null) return refused("the run is held already");
  return accepted({ kind: "held", by, reason });
}

function resume(run: Run, { by, extra }: Extract<SteeringCommand, { kind: "resume" }>): Steering {
  if (isFinal(run.state)) return refused(`the run has ended (${words(run)})`);
  const hasExtra = Object.values(extra).some((amount) => amount > 0);
  if (run.hold === null && !hasExtra) return refused("the run is not held, and nothing was added to its budget");
  return accepted({ kind: "resumed", by, extra });
}

/** A checkpoint is the base, or the commit of a landed phase. */
function rollback(run: Run, command: Extract<SteeringCommand, { kind: "rollback" }>): Steering {
  const { by, to, force } = command;
  if (isFinal(run.state)) return refused(`the run has ended (${words(run)})`);
  if (run.rollback !== null)
    return refused(`the branch is being rolled back to ${run.rollback.to.slice(0, 7)} already`);
  if (run.head === null || to === run.head) return refused("the branch is there already: nothing has landed after it");
  if (landingAt(run, to) === null)
    return refused(`${to.slice(0, 7)} is no checkpoint of this run: take the base, or the commit of a landed phase`);
  const inPush = phaseInPush(run);
  if (inPush !== undefined)
    return refused(`phase ${inPush.ordinal} is landing at this moment: ask again when it has landed`);
  if (run.foreignCommits > 0 && !force)
    return refused(
      `people have pushed ${run.foreignCommits} commits to this branch, which may go with it: say so with --force`,
    );
  return accepted({ kind: "rollback_requested", by, to });
}

/** An approval is bound to the head its giver saw; the requester's own does not count. */
function approve(run: Run, command: Extract<SteeringCommand, { kind: "approve" }>): Steering {
  if (command.by === run.request.requester) return refused("whoever started a run cannot approve it");
  if (run.state.kind === "awaiting_approval") return accepted({ kind: "plan_approved", by: command.by });
  if (isFinal(run.state)) return refused(`the run has ended (${words(run)})`);
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

function words(run: Run): string {
  return run.state.kind.replaceAll("_", " ");
}

function accepted(event: RunEvent): Steering {
  return { kind: "accepted", event };
}

function refused(why: string): Steering {
  return { kind: "refused", why };
}
