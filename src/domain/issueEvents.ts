import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { resumeWork } from "./phaseWork.ts";
import { isFinal, isLiveRun, isPaused } from "./run.ts";
import type { CancelCause, Run } from "./run.ts";
import { stopPhases } from "./stopPhases.ts";

type IssueEvent = Extract<
  RunEvent,
  { kind: "issue_edited" | "issue_closed" | "issue_reopened" | "closing_expired" | "repository_lost" }
>;

/** Between the closing of an issue and the end of its run, where no configuration is known yet: 10 minutes. */
const CLOSE_GRACE_MS = 600_000;

/** Takes news of the issue that a run was asked for in, and of the repository around it. */
export function issueEvent(run: Run, event: IssueEvent): Decision {
  switch (event.kind) {
    case "issue_edited":
      return isLiveRun(run.state) ? edited(run, event) : stay(run);
    case "issue_closed":
      return isLiveRun(run.state) && run.closing?.closed !== true ? closing(run, event.by) : stay(run);
    case "issue_reopened":
      if (run.closing?.closed !== true || isFinal(run.state)) return stay(run);
      return goOn(run, { ...run, closing: { ...run.closing, closed: false } });
    case "closing_expired":
      if (run.closing?.closed !== true || run.closing.epoch !== event.epoch || !isLiveRun(run.state)) return stay(run);
      return end(run, { by: run.closing.by, why: "issue_closed" });
    case "repository_lost":
      return isFinal(run.state) ? stay(run) : end(run, event);
  }
}

/** What was asked for stays as it was when it was asked; a person says whether that is still what is wanted. */
function edited(run: Run, { by, title, body }: Extract<IssueEvent, { kind: "issue_edited" }>): Decision {
  const isAsAsked = title === run.request.title && body === run.request.body;
  if (isAsAsked) return run.edited === null ? stay(run) : goOn(run, { ...run, edited: null });
  if (run.edited?.title === title && run.edited.body === body) return stay(run);
  return become({ ...run, edited: { by, title, body } });
}

function closing(run: Run, by: string): Decision {
  const epoch = (run.closing?.epoch ?? 0) + 1;
  const afterSeconds = Math.ceil((run.settings?.closeGraceMs ?? CLOSE_GRACE_MS) / 1000);
  return become(
    { ...run, closing: { by, epoch, closed: true } },
    { kind: "end_closed", runId: run.id, epoch, afterSeconds },
  );
}

/** Goes on with what was kept from starting, when nothing else keeps it. */
function goOn(before: Run, after: Run): Decision {
  return isPaused(before) && !isPaused(after) ? resumeWork(after) : become(after);
}

function end(run: Run, { by, why }: { readonly by: string; readonly why: CancelCause }): Decision {
  return move(stopPhases(run, REASONS[why]), { kind: "cancelled", by, why });
}

const REASONS: Readonly<Record<CancelCause, string>> = {
  command: "the run was cancelled",
  pull_request_closed: "the pull request was closed",
  issue_closed: "the issue was closed",
  repository_gone: "the repository is gone",
  repository_archived: "the repository was archived",
  access_removed: "Autopack's access was removed",
};
