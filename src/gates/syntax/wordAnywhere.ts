/**
 * Finds any of these words where a parser may find it as a name of its own: not within a longer name, but also right after a
 * number, as parsers read `10nit` as `10n` and `it`.
 */
export function wordAnywhere(...words: readonly string[]): RegExp {
  return new RegExp(String.raw`(?:\b|\d\w*)(?:${words.join("|")})\b`);
}
