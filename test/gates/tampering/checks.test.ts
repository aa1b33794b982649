import { describe } from "vitest";
import { inFile, judgesEach } from "./tamperingCase.ts";
import type { TamperingCase } from "./tamperingCase.ts";

function json(path: string, ...[before, after, ...rules]: readonly [unknown, unknown, ...string[]]): TamperingCase {
  const name = `${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`.slice(0, 160);
  return { name, edits: [[path, JSON.stringify(before, null, 2), JSON.stringify(after, null, 2)]], rules };
}

const jest = (lines: number | null): unknown => ({
  jest: { coverageThreshold: { global: lines === null ? {} : { lines } } },
});
const scripts = (test: string): unknown => ({ name: "a", scripts: { test, start: "node ." } });
const strict = (options: object): unknown => ({ compilerOptions: options });

describe("thresholds", () => {
  judgesEach([
    json("package.json", jest(80), jest(70), "threshold_lowered"),
    json("package.json", jest(80), jest(null), "threshold_lowered"),
    json("package.json", jest(80), jest(90)),
    json(".nycrc", { "check-coverage": true, lines: 80 }, { "check-coverage": false, lines: 80 }, "threshold_lowered"),
    json(".c8rc.json", { branches: 80 }, { branches: 8 }, "threshold_lowered"),
    ...inFile("vitest.config.ts", [
      [
        "vitest lower",
        "export default { test: { coverage: { thresholds: { lines: 80 } } } };",
        "export default { test: { coverage: { thresholds: { lines: 10 } } } };",
        "threshold_lowered",
      ],
      [
        "vitest higher",
        "export default { test: { coverage: { thresholds: { lines: 80 } } } };",
        "export default { test: { coverage: { thresholds: { lines: 81 } } } };",
      ],
      [
        "vitest leaves files out of coverage",
        "export default { test: { coverage: { exclude: ['a'] } } };",
        "export default { test: { coverage: { exclude: ['a', 'src/**'] } } };",
        "coverage_excluded",
      ],
    ]),
    ...inFile("pyproject.toml", [
      [
        "fail_under lower",
        "[tool.coverage.report]\nfail_under = 80\n",
        "[tool.coverage.report]\nfail_under = 50\n",
        "threshold_lowered",
      ],
      [
        "fail_under gone",
        "[tool.coverage.report]\nfail_under = 80\nshow_missing = true\n",
        "[tool.coverage.report]\nshow_missing = true\n",
        "threshold_lowered",
      ],
      [
        "omit more",
        '[tool.coverage.run]\nomit = [\n  "a/*",\n]\n',
        '[tool.coverage.run]\nomit = [\n  "a/*",\n  "src/*",\n]\n',
        "coverage_excluded",
      ],
      ["a dependency changes", '[project]\ndependencies = ["a==1"]\n', '[project]\ndependencies = ["a==0.5"]\n'],
    ]),
    ...inFile(".coveragerc", [
      ["lower", "[report]\nfail_under = 90\n", "[report]\nfail_under = 9\n", "threshold_lowered"],
    ]),
    ...inFile("pom.xml", [
      [
        "jacoco lower",
        "<limit>\n<minimum>0.80</minimum>\n</limit>",
        "<limit>\n<minimum>0.10</minimum>\n</limit>",
        "threshold_lowered",
      ],
      ["jacoco higher", "<limit>\n<minimum>0.80</minimum>\n</limit>", "<limit>\n<minimum>0.90</minimum>\n</limit>"],
      [
        "tests are skipped",
        "<properties>\n</properties>",
        "<properties>\n<skipTests>true</skipTests>\n</properties>",
        "check_neutralised",
      ],
    ]),
    ...inFile("clippy.toml", [
      [
        "a limit is raised",
        "too-many-arguments-threshold = 7\n",
        "too-many-arguments-threshold = 20\n",
        "threshold_lowered",
      ],
    ]),
  ]);
});

describe("types and linters", () => {
  judgesEach([
    json("tsconfig.json", strict({ strict: true }), strict({ strict: false }), "type_check_loosened"),
    json(
      "tsconfig.json",
      strict({ strict: true, noUnusedLocals: true }),
      strict({ strict: true }),
      "type_check_loosened",
    ),
    json("tsconfig.json", strict({ strict: true, noImplicitAny: true }), strict({ strict: true })),
    json("tsconfig.json", strict({ target: "es2022" }), strict({ target: "es2024", strict: true })),
    json("tsconfig.json", strict({}), strict({ noImplicitAny: false }), "type_check_loosened"),
    ...inFile("tsconfig.json", [
      [
        "with comments",
        '{\n  // why "strict": false is bad\n  "compilerOptions": { "strict": true, },\n}\n',
        '{\n  "compilerOptions": { "strict": false, },\n}\n',
        "type_check_loosened",
      ],
      [
        "a comment only",
        '{\n  "compilerOptions": { "strict": true }\n}\n',
        '{\n  // "strict": false\n  "compilerOptions": { "strict": true }\n}\n',
      ],
    ]),
    json(".eslintrc.json", { rules: { eqeqeq: "error" } }, { rules: { eqeqeq: "off" } }, "lint_loosened"),
    json(".eslintrc.json", { rules: { eqeqeq: ["error", "always"] } }, { rules: { eqeqeq: "warn" } }, "lint_loosened"),
    json(".eslintrc.json", { rules: {} }, { rules: { eqeqeq: 0 } }, "lint_loosened"),
    json(".eslintrc.json", { rules: { eqeqeq: "error" } }, { rules: {} }, "lint_loosened (warns)"),
    json(".eslintrc.json", { rules: { eqeqeq: "warn" } }, { rules: { eqeqeq: "error" } }),
    json(".oxlintrc.json", { ignorePatterns: ["dist"] }, { ignorePatterns: ["dist", "src"] }, "lint_loosened"),
    json(
      "biome.json",
      { linter: { rules: { a: { b: "error" } } } },
      { linter: { rules: { a: { b: "off" } } } },
      "lint_loosened",
    ),
    ...inFile("eslint.config.js", [
      [
        "a rule is off",
        "export default [{ rules: { eqeqeq: 'error' } }];",
        "export default [{ rules: { eqeqeq: 'off' } }];",
        "lint_loosened",
      ],
      [
        "a comment about a rule",
        "export default [{ rules: { eqeqeq: 'error' } }];",
        "// eqeqeq: 'off'\nexport default [{ rules: { eqeqeq: 'error' } }];",
      ],
    ]),
    ...inFile("ruff.toml", [
      ["one more is ignored", 'ignore = ["E1"]\n', 'ignore = ["E1", "F"]\n', "lint_loosened"],
      ["one less is selected", 'select = ["E", "F"]\n', 'select = ["E"]\n', "lint_loosened"],
      ["one more is selected", 'select = ["E"]\n', 'select = ["E", "F"]\n'],
    ]),
    ...inFile(".golangci.yml", [
      [
        "a linter is disabled",
        "linters:\n  disable:\n    - a\n",
        "linters:\n  disable:\n    - a\n    - govet\n",
        "lint_loosened",
      ],
      [
        "a linter is enabled no more",
        "linters:\n  enable:\n    - a\n    - govet\n",
        "linters:\n  enable:\n    - a\n",
        "lint_loosened",
      ],
    ]),
    ...inFile("Cargo.toml", [
      ["a lint is allowed", '[lints.clippy]\nall = "deny"\n', '[lints.clippy]\nall = "allow"\n', "lint_loosened"],
    ]),
    ...inFile("config/checkstyle.xml", [
      ["a module is gone", '<module name="A"/>\n<module name="B"/>\n', '<module name="A"/>\n', "lint_loosened"],
    ]),
    { name: "a linter's file is deleted", edits: [[".oxlintrc.json", "{}", null]], rules: ["check_config_deleted"] },
    { name: "a linter's file is added", edits: [[".oxlintrc.json", null, '{ "rules": { "a": "off" } }']], rules: [] },
    {
      name: "a configuration that cannot be read",
      edits: [[".golangci.yml", "a: 1", "a: [1\n{"]],
      rules: ["could_not_judge (warns)"],
    },
  ]);
});

describe("test runners and scripts", () => {
  judgesEach([
    json("package.json", scripts("vitest run"), scripts("exit 0"), "check_neutralised"),
    json("package.json", scripts("vitest run"), scripts("echo ok"), "check_neutralised"),
    json("package.json", scripts("vitest run"), scripts("vitest run || true"), "check_neutralised"),
    json("package.json", scripts("vitest run"), scripts("vitest run; exit 0"), "check_neutralised"),
    json("package.json", scripts("vitest run"), scripts("vitest run --passWithNoTests"), "check_neutralised"),
    json("package.json", scripts("vitest run"), { name: "a", scripts: { start: "node ." } }, "check_neutralised"),
    json("package.json", scripts("vitest run"), scripts("vitest run --coverage")),
    json("package.json", scripts("vitest run"), scripts("node --test")),
    json("package.json", scripts("jest"), { name: "a", scripts: { test: "jest", start: "true" } }),
    json(
      "package.json",
      { jest: { testTimeout: 5000 } },
      { jest: { testTimeout: 60000 } },
      "test_runner_loosened (warns)",
    ),
    json(
      "package.json",
      { jest: { testPathIgnorePatterns: ["dist"] } },
      { jest: { testPathIgnorePatterns: ["dist", "cart"] } },
      "tests_excluded",
    ),
    json(
      "package.json",
      { jest: { testMatch: ["**/*.test.js"] } },
      { jest: { testMatch: ["**/ok.test.js"] } },
      "tests_excluded",
    ),
    json("package.json", { dependencies: { retry: "2" } }, { dependencies: { retry: "3" } }),
    ...inFile("vitest.config.ts", [
      [
        "tests are left out",
        "export default { test: { exclude: ['dist'] } };",
        "export default { test: { exclude: ['dist', 'src/cart.test.ts'] } };",
        "tests_excluded",
      ],
      [
        "fewer are let in",
        "export default { test: { include: ['src/**', 'test/**'] } };",
        "export default { test: { include: ['src/**'] } };",
        "tests_excluded",
      ],
      [
        "more are let in",
        "export default { test: { include: ['src/**'] } };",
        "export default { test: { include: ['src/**', 'test/**'] } };",
      ],
      [
        "more retries",
        "export default { test: { globals: true } };",
        "export default { test: { globals: true, retry: 3 } };",
        "test_runner_loosened (warns)",
      ],
      [
        "none is fine",
        "export default { test: { globals: true } };",
        "export default { test: { globals: true, passWithNoTests: true } };",
        "tests_excluded",
      ],
    ]),
    ...inFile("pytest.ini", [
      [
        "a file is ignored",
        "[pytest]\naddopts = -q\n",
        "[pytest]\naddopts = -q --ignore=tests/test_cart.py\n",
        "tests_excluded",
      ],
      ["other names", "[pytest]\npython_files = test_*.py\n", "[pytest]\npython_files = ok_*.py\n", "tests_excluded"],
    ]),
  ]);
});

const FLOW = "on: push\njobs:\n  test:\n    steps:\n      - run: npm test\n";

describe("CI", () => {
  judgesEach([
    {
      name: "an edit",
      edits: [[".github/workflows/ci.yml", FLOW, `${FLOW}      - run: npm run e2e\n`]],
      rules: ["ci_edited"],
    },
    {
      name: "a planned edit",
      edits: [[".github/workflows/ci.yml", FLOW, `${FLOW}      - run: npm run e2e\n`]],
      rules: [],
      planned: [".github/workflows/*.yml"],
    },
    {
      name: "a planned edit that forgives",
      edits: [[".github/workflows/ci.yml", FLOW, FLOW.replace("npm test", "npm test || true")]],
      rules: ["ci_weakened"],
      planned: [".github/**"],
    },
    {
      name: "continue-on-error",
      edits: [[".github/workflows/ci.yml", FLOW, `${FLOW}        continue-on-error: true\n`]],
      rules: ["ci_weakened"],
      planned: [".github/**"],
    },
    {
      name: "if: false",
      edits: [[".github/workflows/ci.yml", FLOW, `${FLOW}        if: false\n`]],
      rules: ["ci_weakened"],
      planned: [".github/**"],
    },
    {
      name: "a comment that says it",
      edits: [[".github/workflows/ci.yml", FLOW, `# never || true\n${FLOW}`]],
      rules: [],
      planned: [".github/**"],
    },
    { name: "deleted", edits: [[".github/workflows/ci.yml", FLOW, null]], rules: ["ci_edited"] },
    { name: "a new one", edits: [[".github/workflows/new.yml", null, FLOW]], rules: ["ci_edited"] },
    {
      name: "GitLab allows failure",
      edits: [[".gitlab-ci.yml", "test:\n  script: a\n", "test:\n  script: a\n  allow_failure: true\n"]],
      rules: ["ci_edited", "ci_weakened"],
    },
    {
      name: "Jenkins",
      edits: [["Jenkinsfile", "sh 'make test'\n", "sh 'make test || true'\n"]],
      rules: ["ci_edited", "ci_weakened"],
    },
    { name: "a hook", edits: [[".husky/pre-commit", "npm test\n", "true\n"]], rules: ["ci_edited"] },
    { name: "owners", edits: [["CODEOWNERS", "* @a\n", "\n"]], rules: ["ci_edited"] },
    {
      name: "this app's own configuration",
      edits: [[".github/autopack.yml", "a: 1\n", "a: 2\n"]],
      rules: ["ci_edited"],
    },
    {
      name: "a recipe that forgives",
      edits: [["Makefile", "test:\n\tgo test ./...\n", "test:\n\t-go test ./...\n"]],
      rules: ["ci_weakened"],
    },
    {
      name: "a recipe of another target",
      edits: [["Makefile", "clean:\n\trm -r a\n", "clean:\n\t-rm -r a\n"]],
      rules: [],
    },
    { name: "an issue template", edits: [[".github/ISSUE_TEMPLATE/bug.md", "a\n", "b\n"]], rules: [] },
    { name: "a document about workflows", edits: [["docs/ci.md", "a\n", "run: npm test || true\n"]], rules: [] },
  ]);
});

describe("other languages and what is recorded", () => {
  judgesEach([
    ...inFile("app/a.rb", [
      ["rubocop", "a = 1\n", "a = 1 # rubocop:disable Lint/All\n", "suppression_added"],
      ["a text with the words", "a = 1\n", 'a = "# rubocop:disable Lint/All"\n'],
    ]),
    ...inFile("run.sh", [["shellcheck", "echo $a\n", "# shellcheck disable=SC2086\necho $a\n", "suppression_added"]]),
    {
      name: "a spec of Ruby is deleted",
      edits: [["spec/cart_spec.rb", "it 'a' do\nend\n", null]],
      rules: ["test_file_deleted"],
    },
    {
      name: "a spec of Ruby is moved",
      edits: [
        ["spec/cart_spec.rb", "it 'a' do\nend\n", null],
        ["spec/shop/cart_spec.rb", null, "it 'a' do\nend\n"],
      ],
      rules: [],
    },
    {
      name: "a snapshot is deleted",
      edits: [["src/__snapshots__/a.test.ts.snap", "exports[`a`] = `1`;\n", null]],
      rules: ["snapshots_updated (warns)"],
    },
    {
      name: "a line of a snapshot",
      edits: [["src/__snapshots__/a.test.ts.snap", "exports[`a`] = `1`;\n", "exports[`a`] = `2`;\n"]],
      rules: [],
    },
  ]);
});
