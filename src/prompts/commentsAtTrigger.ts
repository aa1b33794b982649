/** A comment of an issue, as far as an agent may be told of it. Times are ISO. */
export interface IssueComment {
  /** Null for an account that is gone. */
  readonly author: string | null;
  readonly isBot: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly body: string;
}

const COMMANDS = /^\s*\/autopack\b.*$/gim;

/**
 * The comments that people had written when something was asked for, with the words they had then. One that was edited
 * afterwards is left out, as what it said is not known; so are Autopack's and other robots', and those that only command.
 */
export function commentsAtTrigger<Comment extends IssueComment>(
  comments: readonly Comment[],
  triggerAt: string,
): readonly Comment[] {
  const until = Date.parse(triggerAt);
  return comments.filter(
    ({ author, isBot, createdAt, updatedAt, body }) =>
      author !== null &&
      !isBot &&
      Date.parse(createdAt) <= until &&
      Date.parse(updatedAt) <= until &&
      body.replaceAll(COMMANDS, "").trim() !== "",
  );
}
