import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { acceptanceWorld, FIX, testOf } from "./acceptanceWorld.ts";
import type { AcceptanceWorld } from "./acceptanceWorld.ts";

let world: AcceptanceWorld;
beforeAll(async () => {
  world = await acceptanceWorld();
});
beforeEach(async () => {
  await world.store.knex("baselines").delete();
});
afterAll(async () => world[Symbol.asyncDispose]());

const TAP = { command: "node --test --test-reporter=tap > out.tap", report: "out.tap" };

describe("fail_to_pass", () => {
  const byExit = { type: "fail_to_pass", command: "node --test $AUTOPACK_TEST_FILES" };
  const byReport = { type: "fail_to_pass", ...TAP };

  test("the change's own tests fail before it and pass with it", async () => {
    const exits = await world.judged(byExit);
    expect(exits.only).toMatchObject({ verdict: "passed", got: "exit 1 before, exit 0 with it" });
    const report = await world.judged(byReport);
    expect(report.only).toMatchObject({ verdict: "passed", got: "1 test: sums" });
    const named = await world.judged({ ...byReport, tests: ["sums"] });
    expect(named.only).toMatchObject({ verdict: "passed", got: "so do all: sums" });
  });

  test("tests that pass before it show nothing", async () => {
    const change = { "src/sum.js": "export const sum = (a, b) => a + b;\n", "test/nil.test.js": testOf("nil", "true") };
    const exits = await world.judged(byExit, { change });
    expect(exits.only).toMatchObject({ verdict: "failed" });
    expect(exits.only.got).toContain("they pass without the change as well");
    const report = await world.judged(byReport, { change });
    expect(report.findings).toMatchObject([
      { source: "test", title: "The tests of the change pass without it as well" },
    ]);
    const named = await world.judged({ ...byReport, tests: ["sums zeros", "gone"] }, { change });
    expect(named.only).toMatchObject({ verdict: "failed", score: 0 });
    expect(named.only.got).toBe(
      "the test “sums zeros” passes without the change as well, the test “gone” is not in the report",
    );
  });

  test("tests that still fail, and a change without tests", async () => {
    const change = { "test/sum.test.js": testOf("sums", "sum(1, 2) === 3") };
    expect((await world.judged(byExit, { change })).only.got).toBe("with the change: exit 1");
    const without = await world.judged(byExit, { change: { "src/sum.js": "export const sum = () => 0;\n" } });
    expect(without.only).toMatchObject({ verdict: "failed", got: "no test file is new or changed" });
  });

  test("tests of something new need not even load before it", async () => {
    const change = {
      "src/double.js": "export const double = (a) => 2 * a;\n",
      "test/ü double.test.js": testOf("doubles", "double(2) === 4").replaceAll("sum", "double"),
    };
    const { only } = await world.judged(byReport, { change });
    expect(only).toMatchObject({ verdict: "passed", got: "1 test: doubles" });
  });
});

describe("no_regression", () => {
  const byReport = { type: "no_regression", ...TAP };
  const broken = { "src/sum.js": "export const sum = () => 1;\n" };

  test("a test that passed on the base and fails now, named", async () => {
    const { only, findings } = await world.judged(byReport, { change: broken });
    expect(only).toMatchObject({ verdict: "failed", score: 0 });
    expect(only.got).toBe("1 test passed on the base, 1 of them fail, twice: sums zeros");
    expect(findings).toMatchObject([
      { severity: "major", source: "test", title: "The test “sums zeros” passes on the base and fails now" },
    ]);
    expect((await world.judged(byReport)).verdict).toBe("passed");
  });

  test("by exit codes where there is no report", async () => {
    const byExit = { type: "no_regression", command: "node --test" };
    const { only } = await world.judged(byExit, { change: broken });
    expect(only).toMatchObject({ verdict: "failed", got: "exit 1, on the base exit 0, twice" });
    const anyway = { type: "no_regression", command: "grep -q never src/sum.js" };
    expect((await world.judged(anyway)).only).toMatchObject({ verdict: "passed", got: "exit 1, on the base exit 1" });
  });

  test("the baseline is taken once a base and command", async () => {
    await world.judge([byReport, { ...byReport, name: "again" }]);
    await world.judge([byReport]);
    const rows = await world.store.knex("baselines").select("sha", "content");
    expect(rows).toEqual([{ sha: world.base, content: { exitCode: 0, outcomes: { "sums zeros": "passed" } } }]);
    await world.store.knex("baselines").update({ content: { exitCode: 0, outcomes: { other: "passed" } } });
    const { only, findings } = await world.judged(byReport);
    expect(only.got).toBe("1 test passed on the base, 0 of them fail; 1 test of the base did not run: other");
    expect(findings).toMatchObject([{ severity: "minor", title: "Tests that pass on the base do not run any more" }]);
    const past = "created_at = now() - interval '9 days', expires_at = now() - interval '1 second'";
    await world.store.knex.raw(`update baselines set ${past}`);
    expect((await world.judged(byReport)).only.got).toBe("1 test passed on the base, 0 of them fail");
  });

  test("what passes when run again is flaky, which is a finding and no failure", async () => {
    // Git ignores it, so the tree counts as unchanged, and the second run finds it.
    const once = "existsSync('node_modules') || (mkdirSync('node_modules'), false)";
    const change = {
      "test/zero.test.js": `import { existsSync, mkdirSync } from "node:fs";\n${testOf("sums zeros", once)}`,
    };
    const { verdict, only, findings } = await world.judge([byReport, "true"], { change }).then((result) => {
      if (result === null) throw new Error("cancelled");
      return result;
    });
    expect({ verdict, got: only.got }).toEqual({
      verdict: "passed",
      got: "1 test passed on the base, 1 of them fail; 1 passed when run again",
    });
    expect(findings).toMatchObject([{ severity: "minor", source: "test", title: "The test “sums zeros” is flaky" }]);
  });

  test("a base that cannot be judged is no verdict, and not kept", async () => {
    const slow = { type: "no_regression", command: "grep -q 'a - b' src/sum.js && sleep 60", timeout_seconds: 1 };
    const { verdict, only } = await world.judged(slow);
    expect({ verdict, got: only.got }).toEqual({ verdict: "error", got: "on the base: it took too long" });
    expect(await world.store.knex("baselines")).toEqual([]);
  });
});

const enough = (count: number) => ({ type: "test_enforcement", min_tests: count });

describe("test_enforcement", () => {
  test("counts test files with added lines, and says so", async () => {
    const { only } = await world.judged(enough(1));
    expect(only).toMatchObject({ verdict: "passed", got: "1 test file with added lines (`test/sum.test.js`)" });
    const change = { "test/zero.test.js": null, "src/sum.js": "export const sum = () => 0;\n" };
    const without = await world.judged(enough(2), { change });
    expect(without.only).toMatchObject({ verdict: "failed", score: 0, got: "0 test files with added lines" });
    expect(without.findings).toMatchObject([{ title: "The change brings no tests" }]);
  });

  test("counts cases where reports tell them, whatever the order", async () => {
    const two = testOf("sums", "sum(1, 2) === 3") + 'test("sums more", () => {});\n';
    const result = await world.judge([enough(2), { type: "no_regression", ...TAP }], {
      change: { ...FIX, "test/sum.test.js": two },
    });
    expect(result?.results[0]).toMatchObject({ type: "test_enforcement", verdict: "passed" });
    expect(result?.results[0]?.got).toContain("2 new test cases by the reports");
  });
});
