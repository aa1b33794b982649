import type { CodeOwner } from "../domain/ground.ts";
import { matchesOwnerPattern } from "./ownerPattern.ts";

/** Where GitHub looks, in this order; the first that is there counts alone. */
export const CODEOWNERS_PATHS: readonly string[] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

const MAX_OWNERS = 50;
const MAX_PATHS_SHOWN = 10;
/** Paths that are looked up; a change of more is judged by these. */
const MAX_PATHS = 3000;
const MAX_RULES = 2000;

interface Rule {
  readonly pattern: string;
  /** Empty: nobody owns these paths, whatever earlier rules say. */
  readonly owners: readonly string[];
}

/**
 * Who owns which of these paths by a CODEOWNERS file, those who own most first.
 *
 * Of several rules for a path the last counts, alone. A line that GitHub would not take is passed over, as GitHub does.
 */
export function codeOwners(text: string, paths: readonly string[]): readonly CodeOwner[] {
  const rules = rulesOf(text);
  const owned = new Map<string, string[]>();
  for (const path of paths.slice(0, MAX_PATHS)) {
    const rule = rules.findLast(({ pattern }) => matchesOwnerPattern(pattern, path));
    for (const owner of rule?.owners ?? []) owned.set(owner, [...(owned.get(owner) ?? []), path]);
  }
  return [...owned]
    .toSorted(([one, left], [other, right]) => right.length - left.length || (one < other ? -1 : 1))
    .slice(0, MAX_OWNERS)
    .map(([owner, theirs]) => ({ owner, paths: theirs.slice(0, MAX_PATHS_SHOWN) }));
}

function rulesOf(text: string): readonly Rule[] {
  return text.split(/\r?\n/).flatMap(ruleOf).slice(-MAX_RULES);
}

/** `pattern owner owner # remark`; a space in a pattern is written `\ `. */
function ruleOf(line: string): readonly Rule[] {
  const [, written, rest = ""] = /^((?:\\.|[^\s\\])+)(?:\s+(.*))?$/.exec(line.trim()) ?? [];
  if (written === undefined || /^[#!]/.test(written) || written.includes("[")) return [];
  const words = rest.split(/\s+/).filter((word) => word !== "");
  const remark = words.findIndex((word) => word.startsWith("#"));
  const owners = remark === -1 ? words : words.slice(0, remark);
  if (!owners.every(isOwner)) return [];
  return [{ pattern: written.replaceAll(/\\(.)/g, "$1"), owners: [...new Set(owners)] }];
}

/** `@user`, `@organisation/team`, or an address. */
function isOwner(word: string): boolean {
  return /^@[\w.-]+(\/[\w.-]+)?$/.test(word) || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(word);
}
