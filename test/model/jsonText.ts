/** All strings in a JSON value, one a line: what a model would read of it. */
export function jsonText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(jsonText).join("\n");
  if (typeof value === "object" && value !== null) return Object.values(value).map(jsonText).join("\n");
  return "";
}
