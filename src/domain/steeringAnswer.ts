import type { RunEvent } from "./event.ts";
import type { Run } from "./run.ts";

/** What a person's command comes to: an event for the run, or one line that says why not. */
export type Steering =
  { readonly kind: "accepted"; readonly event: RunEvent } | { readonly kind: "refused"; readonly why: string };

export function accepted(event: RunEvent): Steering {
  return { kind: "accepted", event };
}

/** `why`: one line of Markdown. */
export function refused(why: string): Steering {
  return { kind: "refused", why };
}

/** The run's state in words. */
export function words(run: Run): string {
  return run.state.kind.replaceAll("_", " ");
}
