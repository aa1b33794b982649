import type { TouchedPath } from "../phase.ts";
import { plainLine } from "../plainText.ts";
import type { KnownCategory } from "./categories.ts";
import {
  isChangedIndex,
  isDocument,
  isForeign,
  isLockfile,
  isManifest,
  isSchema,
  isSecurity,
  isTestPath,
} from "./pathKinds.ts";
import { categoryRules, resolveCategory } from "./resolveCategory.ts";
import type { CategoryTable } from "./resolveCategory.ts";
import { isStricter } from "./strictness.ts";

/** More files than this are a bulk operation, whatever they are. */
const MAX_FILES = 20;
const MAX_PATH_LENGTH = 200;

export interface Raise {
  readonly category: string;
  /** What the change did, to be read behind the category: “touches db/1.sql”. Holds paths as they are: plain text. */
  readonly because: string;
}

type Evidence = (touched: readonly TouchedPath[]) => string | null;

/** What shows a category, the gravest first. A refactoring cannot be seen from paths, so there is none for it. */
const EVIDENCE: readonly (readonly [KnownCategory, Evidence])[] = [
  ["security_auth_change", anyOf(({ path }) => isSecurity(path))],
  ["schema_contract_change", anyOf(({ path }) => isSchema(path))],
  ["external_code_intake", anyOf(({ path }) => isForeign(path))],
  ["external_feature_reuse", newDependencies],
  ["index_registry_change", anyOf(isChangedIndex)],
  ["bulk_multi_file_operation", (touched) => (touched.length > MAX_FILES ? `touches ${touched.length} files` : null)],
  ["feature_scaffolding", anyOf(({ path }) => !isDocument(path) && !isTestPath(path))],
];

/**
 * A stricter category than the one asked for, that the change itself gives evidence for; null when there is none.
 *
 * Evidence only ever raises: a category counts only where its rules, as they are in this strategy, are strict in nothing
 * less than those asked for and in something more.
 */
export function categoryByEvidence(
  touched: readonly TouchedPath[],
  asked: string,
  strategy: CategoryTable,
): Raise | null {
  const askedRules = categoryRules(strategy, asked);
  for (const [category, evidence] of EVIDENCE) {
    if (category === resolveCategory(strategy, asked)) continue;
    if (!isStricter(categoryRules(strategy, category), askedRules)) continue;
    const because = evidence(touched);
    if (because !== null) return { category, because };
  }
  return null;
}

function anyOf(matches: (touched: TouchedPath) => boolean): Evidence {
  return (touched) => {
    const found = touched.find(matches);
    return found === undefined ? null : touches(found.path);
  };
}

/** What is pinned changed together with what is asked for; a changed script in a manifest alone is nothing. */
function newDependencies(touched: readonly TouchedPath[]): string | null {
  const manifest = touched.find(({ path, operation }) => isManifest(path) && operation !== "delete");
  const hasLock = touched.some(({ path }) => isLockfile(path));
  return manifest === undefined || !hasLock
    ? null
    : `changes dependencies in ${plainLine(manifest.path, MAX_PATH_LENGTH)}`;
}

function touches(path: string): string {
  return `touches ${plainLine(path, MAX_PATH_LENGTH)}`;
}
