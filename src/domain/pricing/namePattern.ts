/**
 * Whether a name such as `openai/gpt-5-mini` is meant by a pattern, in which `*` stands for any characters, slashes too.
 *
 * Takes time in proportion to both lengths, whatever the pattern is.
 */
export function namePatternMatches(pattern: string, name: string): boolean {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
