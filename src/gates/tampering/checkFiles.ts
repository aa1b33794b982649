import { familyOf, languageOf } from "../syntax/language.ts";
import type { Parsing } from "../syntax/parseSource.ts";
import { jsonSettings, literalSettings, sectionSettings, yamlSettings } from "./settingsOf.ts";
import type { Setting } from "./settingsOf.ts";

/** What a file configures. `package` may hold several of them. */
export type CheckKind = "package" | "tests" | "coverage" | "types" | "lint";

const KINDS: readonly (readonly [RegExp, CheckKind])[] = [
  [/^package\.json$/, "package"],
  [/^(?:pyproject\.toml|setup\.cfg|tox\.ini|Cargo\.toml)$/, "package"],
  [
    /^(?:vitest|vite|jest|playwright|cypress|karma(?:\.conf)?|ava)(?:\.\w+)*\.config\.[cm]?[jt]s$|^vitest\.workspace\.[jt]s$/,
    "tests",
  ],
  [/^(?:jest\.config\.json|\.mocharc(?:\.\w+)?|pytest\.ini|karma\.conf\.[jt]s|nextest\.toml)$/, "tests"],
  [
    /^(?:\.nycrc(?:\.\w+)?|\.c8rc(?:\.\w+)?|\.coveragerc|codecov\.ya?ml|\.codecov\.ya?ml|\.coveralls\.yml|tarpaulin\.toml)$/,
    "coverage",
  ],
  [/^(?:tsconfig[\w.-]*\.json|jsconfig\.json|mypy\.ini|\.mypy\.ini|pyrightconfig\.json)$/, "types"],
  [
    /^(?:\.eslintrc(?:\.\w+)?|eslint\.config\.[cm]?[jt]s|\.oxlintrc\.json|oxlint\.json|biome\.jsonc?|tslint\.json)$/,
    "lint",
  ],
  [
    /^(?:\.?ruff\.toml|\.flake8|\.?pylintrc|\.golangci\.(?:ya?ml|toml|json)|\.?clippy\.toml|\.rubocop\.yml|sonar-project\.properties)$/,
    "lint",
  ],
];

/** What a file configures, by its name. Null: none of the checks. */
export function checkKindOf(path: string): CheckKind | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** The values that a configuration file sets. Null: it cannot be read. */
export function settingsIn(path: string, text: string, parsing: Parsing | null): readonly Setting[] | null {
  if (parsing?.kind === "parsed" && familyOf(languageOf(path) ?? "css") === "script")
    return literalSettings(parsing.parsed.root);
  if (/\.(?:toml|ini|cfg|properties)$|(?:^|\/)\.?(?:coveragerc|flake8|pylintrc)$/.test(path))
    return sectionSettings(text);
  if (/\.jsonc?$|rc$/.test(path)) return jsonSettings(text) ?? yamlSettings(text);
  return yamlSettings(text);
}
