/** Whether a configured name is a glob: only `*` (any characters, `/` among them) and `?` (one character) mean more than themselves. */
export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/**
 * Whether a check's name is the configured one, or matches it as a glob.
 *
 * Not the globs of paths: names like `build (20, ubuntu-latest)` and `ci/test: unit [fast]` are full of what those read
 * otherwise. Takes time in proportion to both lengths, whatever somebody calls a check.
 */
export function matchesName(pattern: string, name: string): boolean {
  let [at, from] = [0, 0];
  /** Where to go on when what follows the last star does not fit here. */
  let retry: { readonly pattern: number; readonly name: number } | null = null;
  while (from < name.length) {
    const wanted = pattern[at];
    if (wanted === "*") {
      retry = { pattern: at, name: from };
      at += 1;
    } else if (wanted === "?" || wanted === name[from]) {
      at += 1;
      from += 1;
    } else if (retry === null) {
      return false;
    } else {
      retry = { pattern: retry.pattern, name: retry.name + 1 };
      at = retry.pattern + 1;
      from = retry.name;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
