import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import { stopPhases } from "./steeringEvents.ts";

type PullEvent = Extract<
  RunEvent,
  { kind: "pull_opened" | "pull_readied" | "pull_merged" | "pull_closed" | "merge_refused" }
>;

/** Takes news of the promotion pull request. */
export function pullEvent(run: Run, event: PullEvent): Decision {
  // One that was being opened while the run ended is still the run's, and must be known to be its.
  if (event.kind === "pull_opened") return run.pull === null ? become({ ...run, pull: event.pull }) : stay(run);
  if (isFinal(run.state)) return stay(run);
  switch (event.kind) {
    case "pull_readied":
      return run.pull?.draft === true ? become({ ...run, pull: { ...run.pull, draft: false } }) : stay(run);
    case "pull_merged": {
      const stopped = stopPhases(run, "the pull request was merged");
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
