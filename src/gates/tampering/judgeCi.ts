import type { ChangedFile } from "../judged.ts";
import { pathMatcher } from "../pathMatcher.ts";
import { shown } from "./charge.ts";
import type { Charge } from "./charge.ts";
import { forgives } from "./scripts.ts";
import { yamlSettings } from "./settingsOf.ts";
import type { Setting } from "./settingsOf.ts";

const CI =
  /^(?:\.github\/(?:workflows|actions)\/.*|\.github\/(?:autopack[^/]*|autopack\/.*|dependabot\.ya?ml|CODEOWNERS|settings\.ya?ml)|\.gitlab-ci.*\.ya?ml|\.gitlab\/ci\/.*|\.circleci\/.*|\.buildkite\/.*|\.drone\.ya?ml|\.woodpecker.*|\.travis\.ya?ml|\.appveyor\.yml|appveyor\.yml|bitbucket-pipelines\.yml|cloudbuild\.ya?ml|(?:.*\/)?Jenkinsfile[^/]*|azure-pipelines.*\.ya?ml|\.azure-pipelines\/.*|\.pre-commit-config\.yaml|\.husky\/.*|\.?lefthook\.ya?ml|(?:docs\/)?CODEOWNERS|\.ci\/.*|codecov\.ya?ml)$/i;
const MAKEFILES = /(?:^|\/)(?:GNU)?makefile$|\.mk$|(?:^|\/)(?:justfile|Taskfile\.ya?ml)$/i;
const TARGETS = /^(?:\.PHONY|(?:[\w-]*[-:])?(?:test|tests|check|lint|ci|verify|coverage|typecheck)[\w-]*)\s*(?::|$)/;

/** Edits of what runs the checks. The plan may allow one; nothing allows making a step's failure not count. */
export function judgeCi(
  files: readonly ChangedFile[],
  { planned }: { readonly planned: readonly string[] },
): readonly Charge[] {
  const isPlanned = pathMatcher(planned);
  return files.flatMap((file) => {
    if (MAKEFILES.test(file.path)) return inMakefile(file);
    if (!CI.test(file.path)) return [];
    return [...weakened(file), ...(isPlanned(file.path) ? [] : [edited(file)])];
  });
}

function edited({ path, after }: ChangedFile): Charge {
  return {
    rule: "ci_edited",
    level: "blocks",
    message: `${shown(path)} decides what is checked, and this change ${after === null ? "deletes" : "edits"} it.`,
    remedy: "Take the edit back; a change of CI has to be named in the plan, or overridden by a maintainer.",
    path,
    lines: null,
    side: after === null ? "before" : "after",
    code: after === null ? "deleted" : "edited",
  };
}

const YAML = /\.ya?ml$/i;

function weakened(file: ChangedFile): readonly Charge[] {
  const { path, before, after } = file;
  if (after === null) return [];
  const is = YAML.test(path) ? yamlSettings(after) : lineSettings(after);
  const was = before === null ? [] : YAML.test(path) ? yamlSettings(before) : lineSettings(before);
  if (is === null) return [];
  const known = new Map<string, number>();
  for (const each of was ?? []) if (isWeak(each)) known.set(keyOf(each), (known.get(keyOf(each)) ?? 0) + 1);
  return is.flatMap((setting) => {
    if (!isWeak(setting)) return [];
    const count = known.get(keyOf(setting)) ?? 0;
    known.set(keyOf(setting), count - 1);
    return count > 0 ? [] : [weak(path, setting)];
  });
}

function keyOf({ path, value }: Setting): string {
  return [...path, value].join("\0");
}

function lineSettings(text: string): readonly Setting[] {
  return text.split("\n").map((value, index) => ({ path: [], value, line: index + 1 }));
}

/** A step that is skipped, or whose failure does not count. */
function isWeak({ path, value }: Setting): boolean {
  const name = path.at(-1) ?? "";
  if (/^(?:continue-on-error|allow_failure|allow-failure|continueOnError|soft_fail|skip_test)$/.test(name))
    return value === "true";
  if (name === "if" || name === "condition" || name === "when" || name === "enabled")
    return /^(?:false|\$\{\{\s*false\s*\}\}|never|never\(\))$/.test(value.trim());
  if (/^\s*#/.test(value)) return false;
  return forgives(value) || /\bcatchError\b|--no-verify\b|--passWithNoTests\b/.test(value);
}

function weak(path: string, { value, line, path: keys }: Setting): Charge {
  const code = keys.length === 0 ? value.trim() : `${keys.at(-1) ?? ""}: ${value.trim()}`;
  return {
    rule: "ci_weakened",
    level: "blocks",
    message: `${shown(code)} in ${shown(path)} makes a check skip, or its failure not count.`,
    remedy: "Let the check run and fail, and change the code so that it passes.",
    path,
    lines: { start: line, end: line },
    side: "after",
    code,
  };
}

/** Makefiles, by line: a recipe belongs to the target above it. */
function inMakefile(file: ChangedFile): readonly Charge[] {
  const after = file.after?.split("\n") ?? [];
  const lines = [...file.added].filter((line) => isOfCheck(after, line) && isWeakRecipe(after[line - 1] ?? ""));
  const before = file.before?.split("\n") ?? [];
  const gone = file.after === null || [...file.removed].some((line) => isOfCheck(before, line));
  const weakRecipes = lines.map((line) => weak(file.path, { path: [], value: after[line - 1] ?? "", line }));
  if (weakRecipes.length > 0 || !gone) return weakRecipes;
  return [{ ...edited(file), level: "warns", message: `${shown(file.path)}: a target that runs checks is changed.` }];
}

function isWeakRecipe(line: string): boolean {
  return /^\t\s*@?-/.test(line) || forgives(line) || /^\t\s*@?(?:true|:|exit 0|echo\b.*)$/.test(line);
}

function isOfCheck(lines: readonly string[], line: number): boolean {
  for (let at = line; at > 0; at -= 1) {
    const text = lines[at - 1] ?? "";
    if (/^\S[^=]*:(?!=)/.test(text)) return TARGETS.test(text);
  }
  return false;
}
