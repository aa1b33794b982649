/** Which files hold tests, unless a plan says so itself: the customs of JavaScript and TypeScript, Python, Go, Rust and Java. */
export const TEST_GLOBS: readonly string[] = [
  "**/*.{test,spec}.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
  "**/__tests__/**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
  "**/test_*.py",
  "**/*_test.py",
  "**/tests.py",
  "**/*_test.go",
  "**/tests/**/*.rs",
  "**/*_test.rs",
  "**/src/test/**/*.{java,kt,groovy,scala}",
  "**/{Test*,*Test,*Tests,*TestCase,*IT}.{java,kt}",
];

/** Under this name commands find the test files of the change: paths in its tree, one a line. */
export const TEST_FILES_VARIABLE = "AUTOPACK_TEST_FILES";

/** A path as an argument: never taken for an option. */
export function asArguments(paths: readonly string[]): string {
  return paths.map((path) => (path.startsWith("-") ? `./${path}` : path)).join("\n");
}
