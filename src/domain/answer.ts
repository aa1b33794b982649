import type { RunId } from "./ids.ts";

/** What a command, or a start label, is answered with. `projections/` finds the words and the reaction. */
export type Answer =
  /** A run was started; its status comment says the rest. */
  | { readonly kind: "started"; readonly runId: RunId }
  /** Done; the status comment shows the effect. */
  | { readonly kind: "accepted"; readonly runId: RunId }
  /** One line: why not, and who may. `what` is the command or label as it was given. */
  | { readonly kind: "refused"; readonly what: string; readonly by: string; readonly why: string }
  | {
      readonly kind: "not_understood";
      readonly text: string;
      readonly message: string;
      readonly suggestion: string | null;
    }
  | { readonly kind: "help" }
  /** The state of the issue's newest run, or that there is none. */
  | { readonly kind: "status"; readonly runId: RunId | null };

/** An answer and where it goes. `commentId`: the comment that asked; null when a label did. */
export interface OwedAnswer {
  readonly id: string;
  readonly repositoryId: number;
  readonly issueNumber: number;
  readonly commentId: number | null;
  /** A start label that is refused is taken off again. */
  readonly labelToRemove: string | null;
  readonly answer: Answer;
}
