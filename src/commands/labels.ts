import { NO_WISHES } from "../domain/wishes.ts";
import type { Wishes } from "../domain/wishes.ts";

/** A label as it is made where a repository lacks it. Colour: six hex digits; description: at most 100 characters. */
export interface Label {
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

type Labels = Readonly<Record<string, Label>>;

/** Labels that start a run of an issue, and are used up by it. Their names never change: people filter by them. */
export const startLabels = {
  change: { name: "autopack", color: "1f6feb", description: "Start an Autopack run for this issue" },
  spec: {
    name: "autopack:spec",
    color: "1f6feb",
    description: "Start an Autopack run that writes the specification only",
  },
  dryRun: {
    name: "autopack:dry-run",
    color: "1f6feb",
    description: "Start an Autopack run that pushes and opens nothing",
  },
  strict: { name: "autopack:strict", color: "1f6feb", description: "Start an Autopack run under the strict profile" },
} as const satisfies Labels;

/** Labels by which people hold Autopack off; it never puts them on or takes them off by itself. */
export const holdLabels = {
  hold: { name: "autopack:hold", color: "6e7781", description: "Autopack starts nothing new here and merges nothing" },
  disabled: { name: "autopack:disabled", color: "6e7781", description: "Autopack must not run on this issue" },
} as const satisfies Labels;

/** Labels by which Autopack says how things stand. It keeps them true: whoever changes one is corrected. */
export const stateLabels = {
  running: { name: "autopack:running", color: "fbca04", description: "Autopack is working on this" },
  needsHuman: { name: "autopack:needs-human", color: "d93f0b", description: "Autopack waits for a person here" },
  blocked: { name: "autopack:blocked", color: "b60205", description: "Autopack cannot go on; its comment says why" },
  done: { name: "autopack:done", color: "0e8a16", description: "Autopack has finished here" },
  debt: {
    name: "autopack:debt",
    color: "5319e7",
    description: "Findings of an Autopack run are left to clean up here",
  },
} as const satisfies Labels;

/** What Autopack reads out of a change of a label. `name`: as it is written in GitHub's own lists. */
type LabelMeaning =
  | { readonly kind: "start"; readonly name: string }
  | { readonly kind: "hold"; readonly name: string }
  | { readonly kind: "state"; readonly name: string };

/** What a label is to Autopack; null for labels that are nothing to it. GitHub ignores the case of label names. */
export function labelMeaning(labelName: string): LabelMeaning | null {
  if (isAmong(startLabels, labelName)) return { kind: "start", name: labelName.toLowerCase() };
  if (isAmong(holdLabels, labelName)) return { kind: "hold", name: labelName.toLowerCase() };
  return isAmong(stateLabels, labelName) ? { kind: "state", name: labelName.toLowerCase() } : null;
}

/**
 * What the start labels on an issue ask for together: null when there is none of them.
 *
 * The most careful form counts, in whichever order they were set: nothing is pushed where one of them says so.
 */
export function wishesOf(labelNames: readonly string[]): Wishes | null {
  const { change, spec, dryRun, strict } = startLabels;
  if (![change, spec, dryRun, strict].some((label) => has(labelNames, label))) return null;
  const form = has(labelNames, dryRun) ? "dry_run" : has(labelNames, spec) ? "spec" : "change";
  return { ...NO_WISHES, form, strict: has(labelNames, strict) };
}

/** The start labels among those of an issue, in lower case. */
export function startLabelsAmong(labelNames: readonly string[]): readonly string[] {
  return labelNames.filter((name) => isAmong(startLabels, name)).map((name) => name.toLowerCase());
}

/** No run may start on an issue with these labels, however it is asked for. */
export function isDisabled(labelNames: readonly string[]): boolean {
  return has(labelNames, holdLabels.disabled);
}

/** Why nothing starts on an issue that is disabled, and how that is cleared. */
export const DISABLED_REASON = `\`${holdLabels.disabled.name}\` is on this issue: take that label off first, then ask again`;

/** A run of an issue, or of the pull request, with these labels stands still. */
export function isHeldBy(labelNames: readonly string[]): boolean {
  return has(labelNames, holdLabels.hold) || has(labelNames, holdLabels.disabled);
}

function isAmong(those: Labels, name: string): boolean {
  return Object.values(those).some((label) => label.name === name.toLowerCase());
}

function has(labelNames: readonly string[], label: Label): boolean {
  return labelNames.some((name) => name.toLowerCase() === label.name);
}
