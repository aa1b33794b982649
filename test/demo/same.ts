/** A sentence when the two differ, as JSON has them; none when they are the same. */
export function same(what: string, found: unknown, wanted: unknown): readonly string[] {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return [];
  return [`${what}: ${words(found)}, not ${words(wanted)}`];
}

function words(value: unknown): string {
  return Array.isArray(value) ? value.map(words).join(", ") || "none" : String(value);
}
