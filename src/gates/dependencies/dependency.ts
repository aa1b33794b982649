export type Ecosystem = "npm" | "pypi" | "go" | "cargo" | "maven";

/** One package that a manifest asks for. */
export interface Dependency {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** The version, range or address, as it is written; "" where nothing is. */
  readonly spec: string;
  /** Where it stands, from 1. */
  readonly line: number;
}

/** The number of the line that holds this place of a text, from 1. */
export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < index; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
