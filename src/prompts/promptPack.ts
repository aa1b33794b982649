import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import type { AttemptRole } from "../domain/attempt.ts";
import { canonicalJson } from "../domain/canonicalJson.ts";
import type { PromptOverrides } from "../domain/promptOverrides.ts";

const FOLDER = new URL("pack/", import.meta.url);
const SUFFIX = ".md";
const SHOWN_HASH = 12;

/**
 * The templates by name. `_<role>` frames what a role is told; `_rules` and `_result` are parts of every frame; `<role>` and
 * `<role>.<manner>` are the words that a repository may put others in the place of.
 */
export const TEMPLATES: ReadonlyMap<string, string> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .toSorted()
    .map((file) => [file.slice(0, -SUFFIX.length), readFileSync(new URL(file, FOLDER), "utf8")]),
);

/** `version` is the day of the last change of sense; `hash` the SHA-256 of all templates. */
export const PROMPT_PACK = { version: "2026-11-21", hash: sha256([...TEMPLATES]) } as const;

/** Names what an agent was told, for the record of an attempt: other words of the pack or of the repository, another version. */
export function promptVersion(overrides: PromptOverrides): string {
  const own = `${PROMPT_PACK.version}+${PROMPT_PACK.hash.slice(0, SHOWN_HASH)}`;
  return Object.keys(overrides).length === 0 ? own : `${own}+${sha256(overrides).slice(0, SHOWN_HASH)}`;
}

/** Templates that a repository may put its own words in the place of. */
export function replaceableNames(): readonly string[] {
  return [...TEMPLATES.keys()].filter((name) => !name.startsWith("_"));
}

/** The manners of a role that the pack knows. */
export function mannersOf(role: AttemptRole): readonly string[] {
  return replaceableNames()
    .filter((name) => name.startsWith(`${role}.`))
    .map((name) => name.slice(role.length + 1));
}

export function template(name: string): string {
  const text = TEMPLATES.get(name);
  if (text === undefined) throw new Error(`Rendering a prompt: the pack has no template ${name}.`);
  return text;
}

function sha256(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
