/**
 * The webhook events that Autopack acts on; every other one is stored and ignored.
 *
 * `default_events` of app.yml lists the same ones, without those that every GitHub App is sent unasked.
 */
export const HANDLED_EVENTS = [
  "issues",
  "issue_comment",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "check_run",
  "check_suite",
  "status",
  "merge_group",
  "repository",
  "installation",
  "installation_repositories",
] as const;

/** GitHub sends these to every App and lets nobody subscribe to them. */
export const UNASKED_EVENTS: readonly HandledEvent[] = ["installation", "installation_repositories"];

export type HandledEvent = (typeof HANDLED_EVENTS)[number];

const handled: ReadonlySet<string> = new Set(HANDLED_EVENTS);

export function isHandledEvent(event: string): event is HandledEvent {
  return handled.has(event);
}
