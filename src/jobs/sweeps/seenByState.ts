/** Events whose news can also be found in what GitHub shows: a state sweep that comes after them knows of it. */
export const SEEN_BY_STATE: readonly string[] = [
  "issues",
  "issue_comment",
  "pull_request",
  "pull_request_review",
  "push",
];
