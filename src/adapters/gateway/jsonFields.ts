/** A part of JSON that nobody has checked. */
export type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = {};

/** The mapping under a key; an empty one where there is none. */
export function mapping(of: Json, key: string): Json {
  return asMapping(of[key]);
}

export function asMapping(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : NOTHING;
}

export function list(of: Json, key: string): readonly unknown[] {
  const value = of[key];
  return Array.isArray(value) ? value : [];
}

/** A whole number that is not negative; null where there is none. */
export function count(of: Json, key: string): number | null {
  const value = of[key];
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : null;
}

/** Bytes of a text; 0 for what is none. */
export function textBytes(value: unknown): number {
  return typeof value === "string" ? Buffer.byteLength(value) : 0;
}

/** The JSON of a text, or undefined. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
