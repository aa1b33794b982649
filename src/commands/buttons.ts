import type { Sha } from "../domain/ids.ts";
import { readCommand } from "./readCommand.ts";
import type { ParsedCommand } from "./readCommand.ts";

/** A button of a check run: a command that somebody gives by pressing it. */
interface Button {
  /** At most 20 characters, by GitHub's limit. */
  readonly label: string;
  /** At most 40 characters, by GitHub's limit. */
  readonly description: string;
  readonly verb: string;
  /** The command is bound to the commit that the button was seen on. */
  readonly ofCommit?: true;
}

/** Every button, by the identifier that GitHub sends back: at most 20 characters. */
const BUTTONS = {
  retry: { label: "Retry", description: "New attempts for what failed", verb: "retry" },
  approve: { label: "Approve", description: "Approve this commit for promotion", verb: "approve", ofCommit: true },
  promote: { label: "Promote", description: "Mark it ready, and merge it", verb: "promote" },
  cancel: { label: "Cancel", description: "End the run; its work stays", verb: "cancel" },
  resume: { label: "Resume", description: "Let the run go on", verb: "resume" },
  unhold: { label: "Unhold", description: "Let the run go on and be promoted", verb: "unhold" },
  rerun_preflight: { label: "Run again", description: "Run preflight again on this commit", verb: "preflight" },
  rerun_ci: { label: "Run again", description: "Run CI again on this commit", verb: "ci" },
  rerun_audit: { label: "Run again", description: "Have this commit audited again", verb: "audit" },
} as const satisfies Readonly<Record<string, Button>>;

export type ButtonId = keyof typeof BUTTONS;

export function buttonOf(id: ButtonId): Button {
  return BUTTONS[id];
}

/**
 * The command that a button stands for, as somebody would have typed it: what it does, and who may press it, is the verb's own
 * business. Null when there is no such button (any more).
 */
export function commandOfButton(identifier: string, sha: Sha): ParsedCommand | null {
  const button: Button | null = isButton(identifier) ? BUTTONS[identifier] : null;
  if (button === null) return null;
  const rest = button.ofCommit === true ? sha : "";
  return readCommand({ verb: button.verb, rest, text: `/autopack ${button.verb} ${rest}`.trimEnd() });
}

function isButton(identifier: string): identifier is ButtonId {
  return Object.hasOwn(BUTTONS, identifier);
}
