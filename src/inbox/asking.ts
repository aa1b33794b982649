import type { Repository } from "../domain/repository.ts";
import type { ReviewThread } from "../domain/revision.ts";
import type { Run } from "../domain/run.ts";

/** Who asked, where, and of what: a comment, a review, or a button of a check run. */
export interface Asking {
  readonly repository: Repository;
  readonly place: "issue" | "pull_request";
  /** Of the issue or pull request: where the answer goes. */
  readonly number: number;
  /** The issue as the webhook has it; null where the place is none. Only on an issue can a run be started. */
  readonly issue: IssueNow | null;
  /** The comment that gets the reactions; null when a button asked: then only what has to be said in words is. */
  readonly commentId: number | null;
  /** `commentId` is of a comment on a line of a pull request. */
  readonly onReview?: true;
  /** What that comment is on, for work that is asked for there. */
  readonly thread?: ReviewThread;
  readonly login: string;
  /** The run that the place belongs to, as it was read last; null when there is none. */
  readonly run: Run | null;
}

/** An issue at the moment of a webhook. */
export interface IssueNow {
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
  readonly labels: readonly string[];
}

/** One of the commands that one delivery holds. `index`: which, from 0, so that each is answered once. */
export interface Turn {
  readonly asking: Asking;
  readonly index: number;
}
