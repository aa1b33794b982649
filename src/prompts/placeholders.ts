import type { AttemptRole } from "../domain/attempt.ts";

const ALWAYS = ["repository", "base_branch", "issue_number", "issue_title"] as const;
const OF_PHASE = ["title", "tier", "category", "phase_number", "phase_count"] as const;

/** What a template may name, by role: `{{title}}` stands for one line of plain text. */
export const PLACEHOLDERS = {
  planner: [...ALWAYS, "max_phases"],
  builder: [...ALWAYS, ...OF_PHASE, "mode"],
  auditor: [...ALWAYS, ...OF_PHASE, "profile"],
  investigator: [...ALWAYS, ...OF_PHASE],
} as const satisfies Readonly<Record<AttemptRole, readonly string[]>>;

export type PlaceholdersOf<Role extends AttemptRole> = Readonly<
  Record<(typeof PLACEHOLDERS)[Role][number], string | number>
>;
