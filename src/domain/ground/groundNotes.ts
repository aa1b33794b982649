import type { GroundNote } from "../ground.ts";
import { ciNotes } from "./ciNotes.ts";
import type { GroundFacts } from "./groundFacts.ts";
import { mergeNotes } from "./mergeNotes.ts";
import { permissionNotes } from "./permissionNotes.ts";
import { runBranchNotes } from "./runBranchNotes.ts";

/**
 * What will get in a run's way, gravest first. What could not be read is not held against the repository: GitHub then says
 * no when it comes to it.
 */
export function groundNotes(facts: GroundFacts): readonly GroundNote[] {
  const notes = [
    ...archived(facts),
    ...permissionNotes(facts),
    ...runBranchNotes(facts),
    ...mergeNotes(facts),
    ...ciNotes(facts),
  ];
  return [...notes.filter(({ level }) => level === "blocks"), ...notes.filter(({ level }) => level === "warns")];
}

/** Names of notes that the configuration is to blame for, not the repository's settings alone. */
const OF_CONFIGURATION: ReadonlySet<string> = new Set([
  "merge_method",
  "linear_history",
  "merge_queue",
  "signed_commits",
]);

/** Whether another configuration alone would do away with everything that blocks. */
export function isConfigToBlame(notes: readonly GroundNote[]): boolean {
  const blocking = notes.filter(({ level }) => level === "blocks");
  return blocking.length > 0 && blocking.every(({ name }) => OF_CONFIGURATION.has(name));
}

function archived({ host }: GroundFacts): readonly GroundNote[] {
  if (host?.archived !== true) return [];
  return [
    {
      name: "archived",
      level: "blocks",
      message: "the repository is archived: nothing can be pushed to it",
      remedy: "unarchive it in the repository's settings",
    },
  ];
}
