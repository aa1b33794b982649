import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import type { RunEvent } from "./event.ts";

/** What a person's command comes to: an event for the run, or one line that says why not. */
export type Steering =
  { readonly kind: "accepted"; readonly event: RunEvent } | { readonly kind: "refused"; readonly why: string };

export type SteeringCommand =
  | { readonly kind: "retry"; readonly by: string }
  | { readonly kind: "cancel"; readonly by: string }
  | { readonly kind: "approve"; readonly by: string; readonly sha: string | null };

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
  }
}

function retry(run: Run, by: string): Steering {
  const failed = run.state.kind === "failed" || run.mergeRefusal !== null;
  if (failed && !isFinal(run.state)) return accepted({ kind: "retry_requested", by });
  if (isFinal(run.state))
    return refused(`the run has ended (${words(run)}); \`/autopack run\` on the issue starts a new one`);
  return refused(`nothing has failed: the run is ${words(run)}`);
}

/** An approval is bound to the head its giver saw; the requester's own does not count. */
function approve(run: Run, command: Extract<SteeringCommand, { kind: "approve" }>): Steering {
  if (command.by === run.request.requester) return refused("whoever started a run cannot approve it");
  if (run.state.kind === "awaiting_approval") return accepted({ kind: "plan_approved", by: command.by });
  if (isFinal(run.state)) return refused(`the run has ended (${words(run)})`);
  if (run.state.kind === "failed") return refused("the run has failed; `/autopack retry` takes it up again");
  const needed = run.settings?.promotion.approvals ?? 0;
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
