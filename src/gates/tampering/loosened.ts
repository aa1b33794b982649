import type { CheckKind } from "./checkFiles.ts";
import type { Setting } from "./settingsOf.ts";

/** One setting before and after. */
export interface Values {
  readonly path: readonly string[];
  readonly was: readonly string[];
  readonly is: readonly string[];
  /** All settings of the file as it is. */
  readonly all: readonly Setting[];
}

export interface Loosening {
  readonly rule: string;
  readonly level: "blocks" | "warns";
  /** Goes on after the name of the setting. */
  readonly what: string;
}

type Rule = (values: Values, kind: CheckKind) => Loosening | null;

/** Whether a setting asks for less than it did. */
export function loosenedBy(kind: CheckKind, values: Values): Loosening | null {
  if (values.was.join("\0") === values.is.join("\0")) return null;
  for (const rule of RULES) {
    const found = rule(values, kind);
    if (found !== null) return found;
  }
  return null;
}

const RULES: readonly Rule[] = [threshold, coverageScope, typeFlags, lintRules, lintLists, testScope, runnerLimits];

const LOWER_IS_LOOSER =
  /^(?:branches|functions|lines|statements|fail[_-]under|minimum|target|perFile|check-coverage|checkCoverage|max-warnings-fail)$/;
const HIGHER_IS_LOOSER = /(?:-threshold|^max-warnings|^maxWarnings|^threshold|^max[-_]?complexity|^max[-_]\w+)$/;

function last({ path }: Values): string {
  return path.at(-1) ?? "";
}

function blocks(rule: string, what: string): Loosening {
  return { rule, level: "blocks", what };
}

function warns(rule: string, what: string): Loosening {
  return { rule, level: "warns", what };
}

function numberOf(values: readonly string[]): number | null {
  const [value = ""] = values;
  const figure = Number(value.replace(/%$/, "").trim());
  return values.length !== 1 || value.trim() === "" || Number.isNaN(figure) ? null : figure;
}

function threshold(values: Values, kind: CheckKind): Loosening | null {
  const name = last(values);
  const isCoverage = kind === "coverage" || /cov|nyc|c8|threshold/i.test(values.path.join("."));
  const was = numberOf(values.was);
  const is = numberOf(values.is);
  if (isCoverage && LOWER_IS_LOOSER.test(name)) {
    if (values.was[0] === "true" && values.is[0] !== "true") return blocks("threshold_lowered", "is switched off");
    if (was === null) return null;
    return is === null || is < was
      ? blocks("threshold_lowered", is === null ? "is taken away" : `is lowered from ${was} to ${is}`)
      : null;
  }
  const isLimit = HIGHER_IS_LOOSER.test(name) && (isCoverage || kind === "lint" || kind === "package");
  return isLimit && was !== null && is !== null && is > was
    ? blocks("threshold_lowered", `is raised from ${was} to ${is}`)
    : null;
}

function coverageScope(values: Values, kind: CheckKind): Loosening | null {
  const isCoverage = kind === "coverage" || /coverage/i.test(values.path.join("."));
  if (
    !isCoverage ||
    !/^(?:exclude|omit|ignore|coveragePathIgnorePatterns|exclude_lines|exclude_also)$/.test(last(values))
  )
    return null;
  return news(values).length > 0 ? blocks("coverage_excluded", "leaves out more than it did") : null;
}

function news({ was, is }: Values): readonly string[] {
  return is.filter((each) => !was.includes(each));
}

function missing({ was, is }: Values): readonly string[] {
  return was.filter((each) => !is.includes(each));
}

const STRICT =
  /^(?:strict|noImplicitAny|strictNullChecks|strictFunctionTypes|strictBindCallApply|strictPropertyInitialization|noImplicitThis|useUnknownInCatchVariables|alwaysStrict|noUnusedLocals|noUnusedParameters|exactOptionalPropertyTypes|noImplicitReturns|noFallthroughCasesInSwitch|noUncheckedIndexedAccess|noImplicitOverride|noPropertyAccessFromIndexSignature|checkJs|forceConsistentCasingInFileNames|disallow_\w+|check_untyped_defs|no_implicit_optional|warn_\w+|strict_\w+|strictListInference)$/;
const LAX =
  /^(?:allowUnreachableCode|allowUnusedLabels|skipLibCheck|suppressImplicitAnyIndexErrors|noCheck|ignore_errors|ignore_missing_imports|allow_untyped_\w+|implicit_reexport)$/;
/** Of `strict`: taking one away that it implies changes nothing. */
const IMPLIED =
  /^(?:noImplicitAny|strictNullChecks|strictFunctionTypes|strictBindCallApply|strictPropertyInitialization|noImplicitThis|useUnknownInCatchVariables|alwaysStrict)$/;

function isTrue([value = ""]: readonly string[]): boolean {
  return /^(?:true|yes|on|1)$/i.test(value);
}

function typeFlags(values: Values, kind: CheckKind): Loosening | null {
  const path = values.path.join(".");
  if (kind !== "types" && !/mypy|pyright/.test(path)) return null;
  const name = last(values);
  if (STRICT.test(name)) return strictFlag(values, name);
  if (LAX.test(name))
    return isTrue(values.is) && !isTrue(values.was) ? blocks("type_check_loosened", "is switched on") : null;
  if (name === "typeCheckingMode")
    return modeOf(values.is) < modeOf(values.was) ? blocks("type_check_loosened", "is less strict than it was") : null;
  if (/^(?:exclude|ignore)$/.test(name) && news(values).length > 0)
    return warns("type_check_loosened", "leaves out more files");
  return /^report\w+$/.test(name) && /^(?:none|false|warning)$/.test(values.is[0] ?? "")
    ? blocks("type_check_loosened", `is set to ${values.is[0] ?? ""}`)
    : null;
}

function strictFlag(values: Values, name: string): Loosening | null {
  const isOff = values.is.length > 0 && !isTrue(values.is);
  if (isOff) return blocks("type_check_loosened", "is switched off");
  const isImplied =
    IMPLIED.test(name) && values.all.some(({ path, value }) => path.at(-1) === "strict" && value === "true");
  return values.is.length === 0 && isTrue(values.was) && !isImplied
    ? blocks("type_check_loosened", "is taken away")
    : null;
}

function modeOf([mode = ""]: readonly string[]): number {
  return ["off", "basic", "standard", "strict"].indexOf(mode);
}

/** Of one linter rule: 0 off, 1 a warning, 2 an error. Null: that is no level. */
function severityOf([value = ""]: readonly string[]): number | null {
  if (/^(?:off|0|allow|false|disable|disabled)$/i.test(value)) return 0;
  if (/^(?:warn|1|warning|info)$/i.test(value)) return 1;
  return /^(?:error|2|deny|forbid|on|true)$/i.test(value) ? 2 : null;
}

function lintRules(values: Values, kind: CheckKind): Loosening | null {
  const isRule =
    values.path.some((each) => /^(?:rules|categories|lints|rule)$/.test(each)) || last(values) === "Enabled";
  if (!isRule || (kind !== "lint" && kind !== "package")) return null;
  const was = severityOf(values.was);
  const is = severityOf(values.is);
  if (values.is.length === 0) return was === 2 ? warns("lint_loosened", "is no longer set") : null;
  if (is === null) return null;
  if (was === null) return is === 0 ? blocks("lint_loosened", "is switched off") : null;
  return is < was ? blocks("lint_loosened", is === 0 ? "is switched off" : "is only a warning now") : null;
}

const LEAVES_OUT =
  /^(?:ignore|ignores|ignorePatterns|ignore_patterns|extend-ignore|extend_ignore|disable|exclude|extend-exclude|excludes|skip-dirs|skip-files|exclude-rules|exclude-dirs|exclude-files|Exclude|sonar\.exclusions|allowed-\w+)$/;
const LETS_IN = /^(?:select|extend-select|extend_select|enable|enable_only)$/;

function lintLists(values: Values, kind: CheckKind): Loosening | null {
  const path = values.path.join(".");
  const isLint = kind === "lint" || /ruff|pylint|flake8|eslintConfig|bandit/.test(path);
  if (!isLint) return null;
  const isPerFile = /per-file-ignores|per_file_ignores/.test(path);
  if ((LEAVES_OUT.test(last(values)) || isPerFile) && news(values).length > 0)
    return blocks("lint_loosened", "leaves out more than it did");
  if (LETS_IN.test(last(values)) && missing(values).length > 0)
    return blocks("lint_loosened", "looks for less than it did");
  const isSwitch = /^(?:disable-all|new|fix-only|exit-zero|exit_zero)$/.test(last(values));
  return isSwitch && isTrue(values.is) && !isTrue(values.was) ? blocks("lint_loosened", "is switched on") : null;
}

const TEST_LEAVES_OUT =
  /^(?:exclude|testPathIgnorePatterns|testIgnore|modulePathIgnorePatterns|norecursedirs|ignore|grepInvert|excludeSpecPattern)$/;
const TEST_LETS_IN =
  /^(?:include|testMatch|testRegex|testpaths|python_files|python_functions|python_classes|specPattern|spec|testDir|roots|projects|files)$/;
const PASSES_EMPTY = /^(?:passWithNoTests|pass-with-no-tests|allowOnly|forbidOnly|forbid-only)$/;

function isOfTests(path: readonly string[], kind: CheckKind): boolean {
  return (
    kind === "tests" || /(?:^|\.)(?:jest|ava|mocha|vitest|pytest|ini_options|nextest)(?:\.|$)/.test(path.join("."))
  );
}

function testScope(values: Values, kind: CheckKind): Loosening | null {
  if (!isOfTests(values.path, kind) || /coverage/i.test(values.path.join("."))) return null;
  const name = last(values);
  if (TEST_LEAVES_OUT.test(name) && news(values).length > 0)
    return blocks("tests_excluded", "leaves out more tests than it did");
  if (TEST_LETS_IN.test(name) && missing(values).length > 0)
    return blocks("tests_excluded", "no longer names all it did");
  if (PASSES_EMPTY.test(name)) {
    const isLooser = name.startsWith("forbid") ? !isTrue(values.is) && isTrue(values.was) : isTrue(values.is);
    return isLooser ? blocks("tests_excluded", "lets a run pass that it would not have") : null;
  }
  const given = values.is.join(" ");
  const isOption = name === "addopts" && NARROWING.test(given) && !NARROWING.test(values.was.join(" "));
  return isOption ? blocks("tests_excluded", "leaves out tests by an option") : null;
}

const NARROWING =
  /(?:^|\s)(?:--ignore\b|--ignore-glob|--deselect|-k\s|-m\s+["']?not\b|--no-cov\b|--co\b|--collect-only)/;

function runnerLimits(values: Values, kind: CheckKind): Loosening | null {
  if (!isOfTests(values.path, kind)) return null;
  const was = numberOf(values.was);
  const is = numberOf(values.is);
  if (!/^(?:testTimeout|hookTimeout|timeout|retry|retries|bail|slow|reruns|maxfail)$/.test(last(values)) || is === null)
    return null;
  if (last(values) === "bail" || last(values) === "maxfail") return null;
  return is > (was ?? (/retr|reruns/.test(last(values)) ? 0 : Infinity))
    ? warns("test_runner_loosened", `is raised from ${was ?? 0} to ${is}`)
    : null;
}
