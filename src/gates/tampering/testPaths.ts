import type { Family } from "../syntax/language.ts";

const FOLDERS = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|cypress|integration[-_]tests?)\//i;
const NAMES: Readonly<Record<Family, RegExp>> = {
  script: /(?:[.\-_](?:test|spec|cy|e2e)\.[cm]?[jt]sx?$)|(?:^|\/)test\.[cm]?[jt]sx?$/i,
  python: /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests)\.py$/,
  go: /_test\.go$/,
  rust: /(?:^|\/)(?:tests?|[^/]*_tests?)\.rs$/,
  other: /$^/,
  java: /(?:^|\/)(?:Test[^/]*|[^/]*(?:Tests?|TestCase|IT|ITCase|Spec))\.java$/,
};

/** Whether files of such a path are tests by the conventions of their language. */
export function isTestPath(path: string, family: Family): boolean {
  return NAMES[family].test(path) || (family !== "go" && family !== "other" && FOLDERS.test(path));
}

/**
 * Whether the usual runner of a language would look for tests there without being told to. Null where the path does not
 * decide: Rust's tests are wherever they are written.
 */
export function isCollected(path: string, family: Family): boolean | null {
  switch (family) {
    case "script":
      return NAMES.script.test(path) || /(?:^|\/)__tests__\//.test(path) || /(?:^|\/)tests?\//.test(path);
    case "python":
    case "go":
      return NAMES[family].test(path);
    case "java":
      return NAMES.java.test(path) && !/(?:^|\/)src\/main\//.test(path);
    case "rust":
    case "other":
      return null;
  }
}

/** For languages without a grammar here: Ruby, Kotlin, C#, PHP, Swift and others name their tests like this. */
export function looksLikeTest(path: string): boolean {
  return /(?:[._-](?:test|spec)s?\.\w+|(?:Test|Tests|Spec)\.(?:kt|kts|cs|php|swift|scala|groovy)|_spec\.rb|\/test_\w+\.rb)$/.test(
    `/${path}`,
  );
}
