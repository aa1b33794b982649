import type { GroundNote } from "../ground.ts";
import type { GroundFacts, Permissions } from "./groundFacts.ts";

interface Need {
  readonly permission: string;
  readonly level: "read" | "write";
  readonly use: string;
}

const ALWAYS: readonly Need[] = [
  { permission: "issues", level: "write", use: "to show the run in a comment and labels" },
];
const TO_PROMOTE: readonly Need[] = [
  { permission: "contents", level: "write", use: "to push `autonomous/*` and to merge" },
  { permission: "pull_requests", level: "write", use: "to open the pull request" },
  { permission: "checks", level: "write", use: "to report the check runs `autopack/*`" },
];
/** Commit statuses; check runs come with `checks`. */
const TO_AWAIT: Need = {
  permission: "statuses",
  level: "read",
  use: "to see statuses that the configuration waits for",
};

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

/** What a run will do and the installation may not. */
export function permissionNotes({ permissions, awaited, dryRun }: GroundFacts): readonly GroundNote[] {
  if (permissions === null) return [];
  const needs = [...ALWAYS, ...(dryRun ? [] : TO_PROMOTE)].filter((need) => isMissing(need, permissions));
  const awaits = awaited.length > 0 && isMissing(TO_AWAIT, permissions) ? [note(TO_AWAIT, "warns")] : [];
  return [...needs.map((need) => note(need, "blocks")), ...awaits];
}

/** Whether anything is missing that would keep a run from its work. */
export function lacksPermission(facts: GroundFacts): boolean {
  return permissionNotes(facts).length > 0;
}

function isMissing({ permission, level }: Need, permissions: Permissions): boolean {
  return (RANK[permissions[permission] ?? ""] ?? 0) < (RANK[level] ?? 0);
}

function note({ permission, level, use }: Need, gravity: GroundNote["level"]): GroundNote {
  return {
    name: "permissions",
    level: gravity,
    message: `the app lacks the permission \`${permission}: ${level}\`, ${use}`,
    remedy: "grant it in the GitHub App's settings, then accept it where the app is installed",
  };
}
