import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReport } from "../../../src/domain/acceptance/readReport.ts";
import { caseName, outcomesOf } from "../../../src/domain/acceptance/testReport.ts";

/** `name outcome (message)` of each case. */
function cases(text: string): readonly string[] {
  const reading = readReport(text);
  if (reading.kind === "junk") return [`JUNK ${reading.error}`];
  return reading.report.cases.map((each) => {
    const more = each.message === "" ? "" : ` (${each.message})`;
    return `${caseName(each)}: ${each.outcome}${more}`;
  });
}

describe("JUnit XML", () => {
  test("of pytest, Surefire and Gradle", () => {
    const report = `<?xml version="1.0" encoding="utf-8"?>
<testsuites name="all"><testsuite name="pytest" errors="0" tests="4">
  <!-- a comment with <testcase name="none"/> in it -->
  <properties><property name="x" value="y"/></properties>
  <testcase classname="tests.test_sum" name="test_ok" time="0.012"/>
  <testcase classname='tests.test_sum' name='test_&lt;bad&gt; &#x41;&#66;' time="1,5"><failure message="1 &amp; 2">trace</failure></testcase>
  <testcase classname="tests.test_sum" name="test_raises"><error message=""><![CDATA[boom <here>]]></error><system-out>noise</system-out></testcase>
  <testcase classname="tests.test_sum" name="test_later"><skipped message="not yet"/></testcase>
  <testsuite name="inner"><testcase name="nested"/></testsuite>
</testsuite></testsuites>`;
    expect(cases(report)).toEqual([
      "tests.test_sum › test_ok: passed",
      "tests.test_sum › test_<bad> AB: failed (1 & 2)",
      "tests.test_sum › test_raises: failed (boom <here>)",
      "tests.test_sum › test_later: skipped (not yet)",
      "pytest › inner › nested: passed",
    ]);
    const read = readReport(report);
    expect(read.kind === "ok" && read.report.cases.map(({ durationMs }) => durationMs)).toEqual([
      12,
      null,
      null,
      null,
      null,
    ]);
  });

  test("names are single lines without invisible characters", () => {
    expect(cases('\uFEFF<testsuite><testcase name="a&#10;b&#0;\u202E"/></testsuite>')).toEqual(["a b: passed"]);
  });

  test.each([
    ["a document type", '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>', "document types and declarations are not read"],
    ["entities of its own stay as they are", '<testsuite><testcase name="&xxe;"/></testsuite>', "&xxe;: passed"],
    ["another root", "<html></html>", "its root is `<html>`"],
    ["cut off", '<testsuite><testcase name="a">', "`<testcase>` is never closed; the report is cut off (line 1)"],
    ["crossed", "<testsuite>\n<a></b></testsuite>", "`</b>` closes nothing that is open (line 2)"],
    ["too deep", "<testsuite>".repeat(60), "elements are nested more than 50 deep"],
    ["two roots", "<testsuite/><testsuite/>", "more than one root element"],
    ["text around", "<testsuite/>hello", "text stands outside"],
    ["a bare sign", "<testsuite>< </testsuite>", "`<` does not begin an element"],
    ["a bad attribute", "<testsuite name=x/>", "`<testsuite` has no proper end"],
  ])("%s", (_, text, expected) => {
    expect(cases(text).join("\n")).toContain(expected);
  });

  test("takes time by length only", () => {
    const texts = [" ".repeat(1_000_000), "a ".repeat(500_000), 'a="', "<!--".repeat(250_000), "&#".repeat(500_000)];
    for (const text of texts) {
      expect(readReport(`<testsuite ${text}`).kind).toBe("junk");
      expect(readReport(`<testsuite>${text}`).kind).toBe("junk");
    }
  });
});

describe("TAP", () => {
  test("with subtests, directives and explanations, as node writes it", () => {
    const report = `TAP version 13
# Subtest: sum
    # Subtest: adds \\# one
    ok 1 - adds \\# one
      ---
      duration_ms: 1.6
      ...
    # Subtest: fails
    not ok 2 - fails
      ---
      duration_ms: 2
      error: '1 == 2'
      stack: |-
        not ok 9 - this is no result
      ...
    1..2
not ok 1 - sum
  ---
  error: '1 subtest failed'
  ...
ok 2 - later # SKIP no time
not ok 3 - some day # TODO
ok 4
1..4
# pass 2
`;
    expect(cases(report)).toEqual([
      "sum › adds # one: passed",
      "sum › fails: failed (1 == 2)",
      "later: skipped (no time)",
      "some day: skipped",
      "test 4: passed",
    ]);
  });

  test("of 14, with subtests of their own plans, and of 12", () => {
    const report = "TAP version 14\n1..2\n    1..1\n    ok 1 - inner\nok 1 - outer\nok 2 - hook {\n";
    expect(cases(report)).toEqual(["outer › inner: passed", "hook: passed"]);
    expect(cases("1..0 # skip all")).toEqual([]);
    expect(cases("ok\nnot ok\n1..2")).toEqual(["test: passed", "test: failed"]);
  });

  test("a subtest that fails although its tests pass is a case of its own", () => {
    expect(cases("    ok 1 - a\nnot ok 1 - suite\n1..1")).toEqual(["suite › a: passed", "suite: failed"]);
  });

  test.each([
    ["nothing", "", "it holds neither results nor a plan"],
    ["other text", "all fine!\n", "it holds neither results nor a plan"],
    ["fewer than planned", "1..3\nok 1\n", "it announces 3 tests and holds 1; it is cut off"],
    ["given up", "1..1\nBail out! no database\n", "the run was given up: Bail out! no database (line 2)"],
  ])("%s", (_, text, expected) => {
    expect(cases(text).join("\n")).toContain(expected);
  });

  test("a stray line of dashes hides nothing", () => {
    expect(cases("ok 1 - a\n# note\n  ---\nnot ok 2 - b\n1..2")).toEqual(["a: passed", "b: failed"]);
  });
});

test("of tests with one name the worst counts", () => {
  const reading = readReport("ok 1 - a\nnot ok 2 - a\nok 3 - a # SKIP\n1..3");
  expect(reading.kind === "ok" && [...outcomesOf(reading.report)]).toEqual([["a", "failed"]]);
});

const piece = fc.constantFrom(
  ..."<testsuite>|</testsuite>|<testcase name='a'>|</testcase>|<failure/>|<![CDATA[|]]>|<!--|-->|<!DOCTYPE|&amp;|&#x0;|\"|'|=|ok 1 - a|not ok|1..2|\n|    |  ---|  ...|# Subtest: a|Bail out!|# SKIP|\0".split(
    "|",
  ),
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
  fc.array(piece, { maxLength: 40 }).map((pieces) => `<testsuite>${pieces.join("")}</testsuite>`),
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("\n")),
);

test("whatever the text, a report that can be stored or a reason, and never an exception", () => {
  fc.assert(
    fc.property(text, (input) => {
      const reading = readReport(input);
      if (reading.kind === "junk") {
        expect(reading.error).not.toBe("");
        return;
      }
      for (const { name, suite, message } of reading.report.cases) {
        expect(name).not.toBe("");
        expect(name + suite).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(message).not.toMatch(/\0|\p{Cs}/u);
      }
    }),
    { numRuns: 2000 },
  );
});
