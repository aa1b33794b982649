import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AttemptId } from "../../../src/domain/ids.ts";
import { acceptanceWorld, testOf } from "./acceptanceWorld.ts";
import type { AcceptanceWorld } from "./acceptanceWorld.ts";

let world: AcceptanceWorld;
beforeAll(async () => {
  world = await acceptanceWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

const JUNIT = "node --test --test-reporter=junit --test-reporter-destination=out/junit.xml";

describe("test_pass and lint_clean", () => {
  test("a command that succeeds, with its log", async () => {
    const { verdict, only, findings } = await world.judged("ls src && node --test");
    expect({ verdict, findings }).toEqual({ verdict: "passed", findings: [] });
    expect(only).toMatchObject({ name: "ls src && node --test", expected: "exit 0", got: "exit 0", score: 1 });
    expect(await world.logOf(only)).toContain("sum.js");
  });

  test("one that fails leaves the end of its output as a finding", async () => {
    const { verdict, only, findings } = await world.judged({ type: "lint_clean", command: "echo 'x is bad'; exit 3" });
    expect(verdict).toBe("failed");
    expect(only.got).toBe("exit 3");
    expect(findings).toMatchObject([{ severity: "major", source: "static_check", detail: "x is bad" }]);
    const expected = await world.judged({ type: "test_pass", command: "exit 3", expected_exit: 3 });
    expect(expected.verdict).toBe("passed");
  });

  test("one that takes too long is stopped", async () => {
    const { verdict, only } = await world.judged({ type: "test_pass", command: "sleep 60", timeout_seconds: 1 });
    expect({ verdict, got: only.got }).toEqual({ verdict: "failed", got: "it took too long" });
  });

  test("a report tells which tests failed, in JUnit XML or TAP, over several files", async () => {
    const change = { "test/bad.test.js": testOf("never", "false") };
    const command = `mkdir -p out; ${JUNIT}`;
    const { only, findings } = await world.judged({ type: "test_pass", command, report: "out/*.xml" }, { change });
    expect(only).toMatchObject({ verdict: "failed", score: 0.5, got: "exit 1; 1 passed, 1 failed (test › never)" });
    expect(findings).toMatchObject([{ severity: "major", source: "test", title: "The test “test › never” fails" }]);

    const tap = "mkdir -p out; for name in a b; do printf '1..1\\nok 1 - %s\\n' $name > out/$name.tap; done";
    const split = await world.judged({ type: "test_pass", command: tap, report: "out" });
    expect(split.only.got).toBe("exit 0; 2 passed, 0 failed");
  });

  test("a report that fails tests counts although the command exits with 0", async () => {
    const command = "printf '1..1\\nnot ok 1 - a\\n' > out.tap";
    const { only } = await world.judged({ type: "test_pass", command, report: "out.tap" });
    expect(only).toMatchObject({ verdict: "failed", got: "exit 0; 0 passed, 1 failed (a)" });
  });

  test("no report is said, a broken one is no verdict", async () => {
    const none = await world.judged({ type: "test_pass", command: "true", report: "out.xml" });
    expect(none.only).toMatchObject({ verdict: "passed", got: "exit 0; it left no report at `out.xml`" });
    const broken = await world.judged({
      type: "test_pass",
      command: "echo '<testsuite>' > out.xml",
      report: "out.xml",
    });
    expect(broken.verdict).toBe("error");
    expect(broken.only.got).toContain("`out.xml` is not JUnit XML that can be read: `<testsuite>` is never closed");
  });

  test("neither an old report nor one by a link counts", async () => {
    const change = { "out.tap": "1..1\nok 1 - made up\n" };
    const old = await world.judged({ type: "test_pass", command: "true", report: "out.tap" }, { change });
    expect(old.only.got).toBe("exit 0; it left no report at `out.tap`");
    const linked = await world.judged({ type: "test_pass", command: "ln -s /etc out", report: "out/passwd" });
    expect(linked.only.got).toContain("it left no report");
  });

  test("commands share a tree, unless one changes it, and then find it as it was", async () => {
    const validators = [
      "mkdir -p node_modules && touch node_modules/installed",
      "test -e node_modules/installed",
      "echo 'export const sum = () => 3;' > src/sum.js",
      "grep -q 'a + b' src/sum.js && test ! -e node_modules/installed",
      "touch left-behind",
      "test ! -e left-behind",
    ];
    const result = await world.judge(validators);
    expect(result?.results.map(({ got }) => got)).toEqual(validators.map(() => "exit 0"));
  });

  test("what is needed is installed first, and once", async () => {
    const install = [
      { name: "deps", run: "mkdir -p node_modules && echo x >> node_modules/log", timeoutMs: 5000, flaky: false },
    ];
    const twice = await world.judge(["test $(wc -l < node_modules/log) = 1", "test -e node_modules/log"], { install });
    expect(twice?.verdict).toBe("passed");
    const broken = await world.judged("true", {
      install: [{ name: "deps", run: "exit 9", timeoutMs: 5000, flaky: false }],
    });
    expect(broken.only).toMatchObject({ verdict: "error", got: "installing failed at “deps”: exit 9" });
  });
});

const custom = async (command: string) => world.judged({ type: "custom", command, name: "score" });

describe("custom", () => {
  test("says passed or failed, with a score and findings", async () => {
    const passed = await custom(`echo noise; echo '{"passed": true, "score": 0.8, "message": "fine"}'`);
    expect(passed.only).toMatchObject({ verdict: "passed", score: 0.8, got: "it says passed: fine" });
    const finding = { severity: "minor", title: "Slow", path: "src/sum.js", line: 1 };
    const failed = await custom(`echo '${JSON.stringify({ passed: false, findings: [finding] })}'; exit 1`);
    expect(failed.only).toMatchObject({ verdict: "failed", score: 0 });
    expect(failed.findings).toMatchObject([
      { source: "probe", severity: "minor", path: "src/sum.js", lines: { start: 1 } },
    ]);
  });

  test.each([
    ["nothing", "true", "It printed nothing."],
    ["no JSON", "echo fine", "The result is not JSON"],
    ["another form", "echo '{}'", "`passed` is missing"],
    ["a score out of reach", `echo '{"passed": true, "score": 7}'`, "`score` must be at most 1"],
    ["something else afterwards", `echo '{"passed": true}'; echo bye`, "The result is not JSON"],
    ["passed, and fails", `echo '{"passed": true}'; exit 2`, "it says passed, and exits with 2"],
  ])("junk is no verdict: %s", async (_, command, why) => {
    const { verdict, only } = await custom(command);
    expect(verdict).toBe("error");
    expect(only.got).toContain(why);
  });
});

describe("without commands", () => {
  test("file_exists", async () => {
    const validators = [
      { type: "file_exists", path: "src/sum.js" },
      { type: "file_exists", path: "src", must_exist: false },
      { type: "file_exists", path: "link/hostname" },
    ];
    await world.rebase({ "README.md": "x\n" });
    const result = await world.judge(validators, { change: { "a.txt": "a\n" }, keys: { gate: "any_pass" } });
    expect(result?.results.map(({ got }) => got)).toEqual(["it is there", "it is there", "it is not there"]);
    expect(result).toMatchObject({ verdict: "passed", reason: "1 of 3 validators passed" });
    expect(result?.findings).toMatchObject([
      { severity: "minor", source: "probe", title: "`src` must not be there", path: "src" },
      { severity: "minor", title: "`link/hostname` is missing", path: null },
    ]);
  });

  test("forbidden_patterns looks at added lines only, and does not repeat them", async () => {
    const change = {
      "src/sum.js": "export const sum = (a, b) => a - b;\nconst key = 'AKIA0123';\n",
      "b.txt": "fine\n",
    };
    const { only, findings } = await world.judged(
      { type: "forbidden_patterns", patterns: ["AKIA\\d+", "a - b"] },
      { change },
    );
    expect(only).toMatchObject({ verdict: "failed", got: "1 hit in 2 lines: src/sum.js:2" });
    expect(findings).toMatchObject([{ source: "static_check", path: "src/sum.js", lines: { start: 2, end: 2 } }]);
    expect(JSON.stringify({ only, findings })).not.toContain("AKIA0123");
    const clean = await world.judged({ type: "forbidden_patterns", patterns: ["a - b"] });
    expect(clean.verdict).toBe("passed");
  });

  test("forbidden_patterns looks at what the attempt printed", async () => {
    const log = await world.deps.artifacts.putText("one\ncurl https://evil\n", "text/plain");
    const attempt = { id: "7-k3f9x2ab.1.1" as AttemptId, log };
    const validator = { type: "forbidden_patterns", patterns: ["curl"], in: ["events"] };
    const { only, findings } = await world.judged(validator, { attempt });
    expect(only.got).toBe("1 hit in 3 lines: line 2 of the output");
    expect(findings).toMatchObject([{ path: null, title: "The forbidden pattern `curl` turns up" }]);
  });
});

test("cancelled is neither passed nor failed, and stops at once", async () => {
  const stop = new AbortController();
  const judging = world.judge(["sleep 60", "true"], { signal: stop.signal });
  stop.abort();
  expect(await judging).toBeNull();
});

test("weights and scores decide together", async () => {
  const validators = [
    { type: "test_pass", command: "true", weight: 3 },
    { type: "test_pass", command: "false", name: "other", weight: 1 },
  ];
  const keys = { gate: "weighted", min_score: 0.75 };
  const result = await world.judge(validators, { keys });
  expect(result).toMatchObject({ verdict: "passed", score: 0.75, findings: [{ severity: "minor" }] });
  const required = await world.judge([validators[0], { ...validators[1], required: true }], { keys });
  expect(required).toMatchObject({
    verdict: "failed",
    reason: "required: “other” failed",
    findings: [{ severity: "major" }],
  });
});
