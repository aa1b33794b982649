import { auditEvidence } from "./checkEvents.ts";
import { become, fail, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { isPassed } from "./overrides.ts";
import { isSatisfied } from "./phase.ts";
import { check, haltPhases } from "./phaseWork.ts";
import { integrationBranch } from "./ids.ts";
import { isDryRun, isFinal } from "./run.ts";
import type { Rerun, Run } from "./run.ts";

type BranchEvent = Extract<
  RunEvent,
  { kind: "head_moved" | "history_rewritten" | "base_moved" | "gates_verified" | "ci_awaited" }
>;

/** Takes news of the two branches a promotion joins. */
export function branchEvent(run: Run, event: BranchEvent): Decision {
  // While the branch is being rolled back it is where Autopack puts it.
  if (isFinal(run.state) || (run.rollback !== null && event.kind !== "base_moved")) return stay(run);
  switch (event.kind) {
    case "head_moved":
      return event.from === run.head && event.to !== run.head ? headMoved(run, event) : stay(run);
    case "history_rewritten":
      return event.from === run.head && run.state.kind !== "failed" ? rewritten(run, event) : stay(run);
    case "base_moved":
      if (run.state.kind === "verifying") return baseMovedMeanwhile(run);
      // A merge queue tests the result of the merge itself, and a pull request that is taken out loses its place.
      if (run.state.kind !== "promotable" || run.settings?.promotion.merge === "queue") return stay(run);
      // What `head` was verified with last stays known: the move may be the merge of this very run.
      return verify({ ...run, mergeRefusal: null });
    case "gates_verified":
      return run.state.kind === "verifying" && event.head === run.head ? verified(run, event) : stay(run);
    case "ci_awaited": {
      const { awaiting } = event;
      if (run.state.kind !== "verifying" || awaiting.head !== run.head) return stay(run);
      return become({ ...run, awaiting }, { kind: "await_ci", runId: run.id, head: awaiting.head });
    }
  }
}

/** The verification under way may have read the base before it moved: what it finds is not the last word. */
function baseMovedMeanwhile(run: Run): Decision {
  if (run.rerun?.baseMoved === true) return stay(run);
  return become({ ...run, rerun: { gates: [], profile: null, ...run.rerun, baseMoved: true } });
}

/** A person's push becomes part of the run: approvals are bound to the old head, and the gates run again. */
function headMoved(run: Run, event: Extract<BranchEvent, { kind: "head_moved" }>): Decision {
  const moved: Run = {
    ...run,
    head: event.to,
    foreignCommits: run.foreignCommits + event.commits,
    gates: [],
    verifiedBase: null,
    mergeRefusal: null,
  };
  if (run.phases.length > 0 && run.phases.every(isSatisfied)) return verify(moved);
  const landing = moved.phases.find((phase) => phase.id === run.landing && phase.state.kind === "integrating");
  return landing === undefined ? become(moved) : check(moved, landing);
}

/** A force-push took commits away, or the branch is gone. Only a person can say what was meant. */
function rewritten(run: Run, event: Extract<BranchEvent, { kind: "history_rewritten" }>): Decision {
  const branch = integrationBranch(run.id);
  const what =
    event.to === null ? `\`${branch}\` was deleted` : `\`${branch}\` was force-pushed to ${event.to.slice(0, 7)}`;
  const lost = event.from === null ? "it does not come from the base" : `${event.from.slice(0, 7)} is no longer on it`;
  const message = `${what}; ${lost}. Push it back, then type \`/autopack retry\`.`;
  const why = { reason: "the integration branch was rewritten", cause: "requires_human_review" } as const;
  return fail(haltPhases(run, why), "requires_human_review", message);
}

/** Has the head judged together with the base. `rerun`: what is to be run although its result is known. */
export function verify(run: Run, rerun: Rerun | null = null): Decision {
  return move({ ...run, rerun, awaiting: null }, { kind: "verifying" }, { kind: "verify_run", runId: run.id });
}

function verified(run: Run, event: Extract<BranchEvent, { kind: "gates_verified" }>): Decision {
  if (run.rerun?.baseMoved === true) {
    const { gates, profile } = run.rerun;
    return verify(run, gates.length === 0 && profile === null ? null : { gates, profile });
  }
  if (event.conflicts.length > 0) {
    const branch = run.base?.branch ?? "the base";
    const where = event.conflicts.map((path) => `\`${path}\``).join(", ");
    const remedy = isDryRun(run)
      ? "Start it again: it builds on the branch as it is now."
      : `Merge \`${branch}\` into \`${integrationBranch(run.id)}\` and push; Autopack goes on from there.`;
    return fail(run, "requires_human_review", `the work conflicts with \`${branch}\` in ${where}. ${remedy}`);
  }
  const evidence = [...event.evidence.filter((item) => item.gate !== "audit"), auditEvidence(run)];
  const judged: Run = {
    ...run,
    verifiedBase: event.base,
    ground: event.ground ?? run.ground,
    gates: evidence.map((item) => ({ ...item, sha: event.head })),
  };
  const red = evidence.filter((item) => !isPassed(judged, item));
  if (red.length === 0) return move(judged, { kind: isDryRun(run) ? "no_changes" : "promotable" });
  const message = red.map((item) => `${item.gate}: ${item.reason}`).join("; ");
  return fail(judged, "requires_human_review", `the branch did not pass its gates (${message})`);
}
