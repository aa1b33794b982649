/** The longest pattern; longer ones are programs. */
export const MAX_PATTERN_LENGTH = 500;

/** A repetition of at least this many counts as one without end. */
const MANY = 20;

/**
 * Why a regular expression may not be used, as the end of a sentence about it; null when it may.
 *
 * Repetitions in repetitions, such as `(a+)+`, are refused: on some lines they take longer than anybody waits. What is left may
 * still be slow, so patterns run against the clock all the same.
 */
export function patternFault(pattern: string): string | null {
  if (pattern.length > MAX_PATTERN_LENGTH) return `is longer than ${MAX_PATTERN_LENGTH} characters`;
  try {
    void new RegExp(pattern);
  } catch (error) {
    return `is no regular expression: ${reasonOf(error, pattern)}`;
  }
  return hasNestedRepetition(pattern)
    ? "repeats something that repeats itself, as `(a+)+` does, which can take forever; write it without"
    : null;
}

function reasonOf(error: unknown, pattern: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^Invalid regular expression: /, "")
    .replace(`/${pattern}/: `, "")
    .toLowerCase();
}

/** Walks over the pattern, which compiles, and remembers of each open group whether something in it repeats. */
function hasNestedRepetition(pattern: string): boolean {
  const groups = [false];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at];
    let repeats = false;
    if (char === "(") {
      groups.push(false);
      at += 1;
      continue;
    }
    if (char === ")") repeats = groups.pop() ?? false;
    at = char === "\\" ? at + 2 : char === "[" ? endOfClass(pattern, at) : at + 1;
    const quantifier = /^(?:[*+]|\{(\d+)(?:(,)(\d*))?\})/.exec(pattern.slice(at, at + 30));
    const isMany = quantifier !== null && repeatsOften(quantifier);
    if (repeats && isMany) return true;
    if (repeats || isMany) groups[groups.length - 1] = true;
    at += quantifier?.[0].length ?? 0;
  }
  return false;
}

function repeatsOften([whole, least = "0", comma, most]: RegExpExecArray): boolean {
  if (!whole.startsWith("{")) return true;
  if (comma !== undefined && most === "") return true;
  return Number(most ?? least) >= MANY;
}

function endOfClass(pattern: string, at: number): number {
  let end = at + 1;
  while (end < pattern.length && pattern[end] !== "]") end += pattern[end] === "\\" ? 2 : 1;
  return end + 1;
}
