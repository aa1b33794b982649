/** A label as it is made where a repository lacks it. Colour: six hex digits; description: at most 100 characters. */
export interface Label {
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

/** Labels that Autopack reads or writes. Their names never change: people filter by them. */
export const labels = {
  start: { name: "autopack", color: "1f6feb", description: "Start an Autopack run for this issue" },
  running: { name: "autopack:running", color: "fbca04", description: "Autopack is working on this" },
  needsHuman: { name: "autopack:needs-human", color: "d93f0b", description: "Autopack waits for a person here" },
  blocked: { name: "autopack:blocked", color: "b60205", description: "Autopack cannot go on; its comment says why" },
  done: { name: "autopack:done", color: "0e8a16", description: "Autopack has finished here" },
} as const satisfies Readonly<Record<string, Label>>;

/** What setting a label asks for; null for labels that ask for nothing. GitHub ignores the case of label names. */
export function startLabel(labelName: string): { readonly kind: "start" } | null {
  return labelName.toLowerCase() === labels.start.name ? { kind: "start" } : null;
}
