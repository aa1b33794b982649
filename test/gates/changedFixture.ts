import type { GateContext } from "../../src/gates/context.ts";
import type { ChangedFile } from "../../src/gates/judged.ts";
import { GATES } from "../domain/runFixture.ts";

/** A file as a change found it and leaves it; lines are told apart by their text, so the fixtures repeat none that matters. */
export function changed(path: string, before: string | null, after: string | null): ChangedFile {
  return { path, before, after, removed: others(before, after), added: others(after, before) };
}

function others(text: string | null, other: string | null): ReadonlySet<number> {
  const known = new Set(linesOf(other));
  return new Set(linesOf(text).flatMap((line, index) => (known.has(line) ? [] : [index + 1])));
}

function linesOf(text: string | null): readonly string[] {
  return text === null ? [] : text.replace(/\n$/, "").split("\n");
}

export function context(more: Partial<GateContext> = {}): GateContext {
  return {
    settings: GATES,
    isStrict: false,
    planText: "",
    followsPlan: true,
    plannedFiles: [],
    expectedFiles: [],
    generated: [],
    lockfiles: [],
    ...more,
  };
}
