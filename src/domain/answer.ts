import type { Amounts } from "./budget/budget.ts";
import type { Wishes } from "./wishes.ts";
import type { RunId } from "./ids.ts";

/** What a command, or a start label, is answered with. `projections/` finds the words and the reaction. */
export type Answer =
  /** A run was started; its status comment says the rest. */
  | { readonly kind: "started"; readonly runId: RunId }
  /** Done; the status comment shows the effect, and `note` says what it does not. */
  | { readonly kind: "accepted"; readonly runId: RunId; readonly note?: AcceptedNote }
  /** One line: why not, and who may. `what` is the command or label as it was given. */
  | { readonly kind: "refused"; readonly what: string; readonly by: string; readonly why: string }
  | {
      readonly kind: "not_understood";
      readonly text: string;
      readonly message: string;
      readonly suggestion: string | null;
    }
  /** Of all commands, or of one. */
  | { readonly kind: "help"; readonly verb?: string }
  | { readonly kind: "pong" }
  /** Every unmet condition of the newest run's promotion, and who can clear it how. */
  | { readonly kind: "why"; readonly runId: RunId | null }
  /** Attempts, failures, verdicts and evidence of one phase. */
  | { readonly kind: "explain"; readonly runId: RunId; readonly phase: number }
  /** What a run of this issue would do and cost; nothing is started. The issue as it read when it was asked. */
  | { readonly kind: "plan"; readonly title: string; readonly body: string; readonly wishes: Wishes }
  | { readonly kind: "backlog" }
  /** The state of the issue's newest run, or that there is none. */
  | { readonly kind: "status"; readonly runId: RunId | null };

/**
 * An answer and where it goes. `commentId`: the comment that asked; null when a label did, or a review, which takes no
 * reaction.
 */
export interface OwedAnswer {
  readonly id: string;
  readonly repositoryId: number;
  readonly issueNumber: number;
  readonly commentId: number | null;
  /** The comment is one on a line of a pull request. */
  readonly onReview?: true;
  /** A start label that is refused is taken off again. */
  readonly labelToRemove: string | null;
  readonly answer: Answer;
}

/** What somebody wants to know whose command was accepted. */
export type AcceptedNote =
  /** What the run may use now. */
  | { readonly kind: "budget"; readonly extra: Amounts }
  /** Who merges, and when. */
  | { readonly kind: "promote" };
