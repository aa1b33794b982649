import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import { resumeWork } from "./phaseWork.ts";
import { canHold } from "./steeringEvents.ts";
import { stopPhases } from "./stopPhases.ts";

type PullEvent = Extract<
  RunEvent,
  { kind: "pull_opened" | "pull_readied" | "pull_drafted" | "pull_merged" | "pull_closed" | "merge_refused" }
>;

/** Takes news of the promotion pull request. */
export function pullEvent(run: Run, event: PullEvent): Decision {
  // One that was being opened while the run ended is still the run's, and must be known to be its.
  if (event.kind === "pull_opened") return run.pull === null ? become({ ...run, pull: event.pull }) : stay(run);
  if (isFinal(run.state)) return stay(run);
  switch (event.kind) {
    case "pull_readied":
      return run.pull?.draft === true ? readied({ ...run, pull: { ...run.pull, draft: false } }) : stay(run);
    case "pull_drafted":
      return run.pull?.draft === false ? drafted({ ...run, pull: { ...run.pull, draft: true } }, event.by) : stay(run);
    case "pull_merged": {
      // The merge closes the issue, and that may have been heard of first.
      const stopped: Run = { ...stopPhases(run, "the pull request was merged"), closing: null };
      return move(
        stopped,
        { kind: "promoted", sha: event.sha, by: event.by },
        { kind: "delete_branch", runId: run.id },
      );
    }
    case "pull_closed":
      return move(stopPhases(run, "the pull request was closed"), {
        kind: "cancelled",
        by: event.by,
        why: "pull_request_closed",
      });
    case "merge_refused":
      if (run.state.kind !== "promotable" || event.head !== run.head) return stay(run);
      return become({ ...run, mergeRefusal: { sha: event.head, message: event.message } });
  }
}

/** Whoever makes a draft of it again says that it is not to be merged yet. */
function drafted(run: Run, by: string): Decision {
  if (!canHold(run, "hold")) return become(run);
  const reason = "turned the pull request into a draft";
  return become({ ...run, hold: { kind: "person", how: "hold", by, reason, byDraft: true } });
}

function readied(run: Run): Decision {
  const isOver = run.hold?.kind === "person" && run.hold.byDraft === true;
  return isOver ? resumeWork({ ...run, hold: null }) : become(run);
}
