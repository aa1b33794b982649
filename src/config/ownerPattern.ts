import { matchesName } from "../domain/ciChecks/checkName.ts";

/**
 * Whether a pattern of a CODEOWNERS file means a path: that of a file, relative to the root.
 *
 * The rules are those of `.gitignore` without negation and ranges. A pattern with a slash at its start or inside begins at the
 * root, any other at every folder; one that ends in a slash means folders; a folder means all that is in it, but `docs/*` does
 * not mean what lies deeper. Takes time in proportion to both lengths.
 */
export function matchesOwnerPattern(pattern: string, path: string): boolean {
  const isFolder = pattern.endsWith("/");
  const bare = pattern.replace(/^\//, "").replace(/\/$/, "");
  if (bare === "") return false;
  const isAnchored = pattern.startsWith("/") || bare.includes("/");
  const parts = [...(isAnchored ? [] : ["**"]), ...bare.split("/")];
  return matchesParts(path.split("/"), { parts, isFolder });
}

interface Parts {
  readonly parts: readonly string[];
  readonly isFolder: boolean;
}

/** Goes over the parts once, with all the numbers of names that the parts so far can have taken up. */
function matchesParts(names: readonly string[], { parts, isFolder }: Parts): boolean {
  let taken: readonly number[] = [0];
  for (const [index, part] of parts.entries()) {
    if (part === "**") taken = from(Math.min(...taken) + (index === parts.length - 1 ? 1 : 0), names.length);
    else
      taken = taken
        .filter((count) => count < names.length && matchesName(part, names[count] ?? ""))
        .map((count) => count + 1);
    if (taken.length === 0) return false;
  }
  // What a matched folder holds is meant as well, unless the pattern means the files of one folder.
  const isDeep = isFolder || parts.at(-1) !== "*";
  return taken.some((count) => (count === names.length ? !isFolder : count < names.length && isDeep));
}

function from(least: number, most: number): readonly number[] {
  return Array.from({ length: Math.max(0, most - least + 1) }, (_, index) => least + index);
}
