import Mustache from "mustache";
import type { SourceFile } from "../config/sourceFile.ts";
import type { AttemptRole } from "../domain/attempt.ts";
import { nearest } from "../domain/nearest.ts";
import type { Problem } from "../domain/plan.ts";
import { isPlain, plainLine } from "../domain/plainText.ts";
import type { PromptOverrides } from "../domain/promptOverrides.ts";
import { PLACEHOLDERS } from "./placeholders.ts";
import { replaceableNames } from "./promptPack.ts";

/** Where a repository keeps its own words, on its default branch and nowhere else. */
export const PROMPTS_FOLDER = ".github/autopack/prompts/";

const MAX_LENGTH = 20_000;
const MAX_SHOWN_LENGTH = 60;
/** For people, beside the templates. */
const IGNORED = /(?:^|\/)README\.md$|(?<!\.md)$/;

export type PromptOverridesResult =
  | { readonly kind: "ok"; readonly overrides: PromptOverrides }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Names of files that may be there. `profiles`: Auditor profiles that the configuration made up. */
export function overrideNames(profiles: readonly string[]): readonly string[] {
  return [...new Set([...replaceableNames(), ...profiles.map((profile) => `auditor.${profile}`)])];
}

/**
 * Reads a repository's own prompt texts: files directly below `PROMPTS_FOLDER`, as of its default branch. They may name
 * placeholders; sections, partials and everything else of the template language are refused, with their line.
 */
export function readPromptOverrides(
  files: readonly SourceFile[],
  { profiles }: { readonly profiles: readonly string[] },
): PromptOverridesResult {
  const names = overrideNames(profiles);
  const texts = files.filter(({ path }) => path.startsWith(PROMPTS_FOLDER) && !IGNORED.test(path));
  const problems = texts.flatMap((file) => problemsOf(file, names));
  if (problems.length > 0) return { kind: "invalid", problems };
  return { kind: "ok", overrides: Object.fromEntries(texts.map(({ path, text }) => [nameOf(path), text])) };
}

function nameOf(path: string): string {
  return path.slice(PROMPTS_FOLDER.length, -".md".length);
}

function problemsOf({ path, text }: SourceFile, names: readonly string[]): readonly Problem[] {
  const at = (line: number, message: string): Problem => ({ path, line, column: null, message });
  const name = nameOf(path);
  if (!names.includes(name)) {
    const near = nearest(name, names);
    const hint =
      near === null
        ? `; those there are: ${names.map((known) => `\`${known}.md\``).join(", ")}`
        : `: did you mean \`${near}.md\`?`;
    return [at(1, `Autopack knows no prompt of this name${hint}`)];
  }
  if (text.length > MAX_LENGTH) return [at(1, `The text is longer than ${MAX_LENGTH} characters.`)];
  if (text.trim() === "") return [at(1, "The text is empty: take the file away to have Autopack's own.")];
  if (!isPlain(text.replaceAll("\r\n", "\n")))
    return [at(lineOfUnseen(text), "There is an invisible or direction-changing character here.")];
  return templateProblems(text, PLACEHOLDERS[roleOf(name)]).map(({ line, message }) => at(line, message));
}

/** `names` begin with a role. */
function roleOf(name: string): AttemptRole {
  const [role = ""] = name.split(".");
  if (role === "planner" || role === "builder" || role === "auditor" || role === "investigator") return role;
  throw new Error(`Reading prompts: ${name} is of no role.`);
}

function lineOfUnseen(text: string): number {
  return text.split(/\r?\n/).findIndex((line) => !isPlain(line)) + 1;
}

interface TemplateProblem {
  readonly line: number;
  readonly message: string;
}

function templateProblems(text: string, known: readonly string[]): readonly TemplateProblem[] {
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  let spans: readonly (readonly [kind: string, value: string, start: number, ...rest: readonly unknown[]])[];
  try {
    spans = Mustache.parse(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const offset = Number(/ at (\d+)$/.exec(error.message)?.[1] ?? 0);
    return [{ line: lineAt(offset), message: `This is not a template: ${error.message.replace(/ at \d+$/, "")}.` }];
  } finally {
    Mustache.clearCache();
  }
  return spans.flatMap(([kind, value, start]) => {
    if (kind === "text" || kind === "!") return [];
    const line = lineAt(start);
    const shown = plainLine(value, MAX_SHOWN_LENGTH);
    if (kind !== "name" && kind !== "&")
      return [{ line, message: `\`{{${kind}${shown}}}\` cannot be used here: only placeholders can.` }];
    if (known.includes(value)) return [];
    const near = nearest(value, known);
    const hint =
      near === null ? `; known here: ${known.map((name) => `\`${name}\``).join(", ")}.` : `: did you mean \`${near}\`?`;
    return [{ line, message: `There is no placeholder \`${shown}\`${hint}` }];
  });
}
