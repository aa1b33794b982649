import type { ChangedFile } from "../judged.ts";
import { familyOf, languageOf } from "../syntax/language.ts";
import { checkKindOf } from "./checkFiles.ts";
import { mayHoldSuppression } from "./suppressions.ts";
import { mayHoldTests } from "./testFile.ts";
import { isTestPath } from "./testPaths.ts";

/**
 * Whether the syntax of a changed file can matter to any objection: it is a test by its path, configures a check, or one of its
 * sides has words that tests or suppressions are made of. Of all others nothing is objected to, and nothing of them excuses
 * what happens elsewhere.
 */
export function isWorthReading({ path, before, after }: ChangedFile): boolean {
  const language = languageOf(path);
  if (language === null || checkKindOf(path) !== null) return true;
  const family = familyOf(language);
  if (isTestPath(path, family)) return true;
  return [before, after].some(
    (text) => text !== null && (mayHoldTests(text, family) || mayHoldSuppression(text, family)),
  );
}
