import { cutText, plainBlock, plainLine } from "../plainText.ts";
import { readXml } from "./readXml.ts";
import type { XmlElement } from "./readXml.ts";
import { MAX_CASES, MAX_REPORT_LENGTH } from "./testReport.ts";
import type { ReportReading, TestCase } from "./testReport.ts";

const MAX_NAME_LENGTH = 300;
const MAX_MESSAGE_LENGTH = 1000;

/** Whether text looks like XML rather than TAP. */
export function looksLikeXml(text: string): boolean {
  return /^\uFEFF?\s*</.test(text.slice(0, 1000));
}

/**
 * Reads JUnit XML in the dialects of Surefire, Gradle, pytest, Jest, Vitest, gotestsum, `node --test` and others: `testcase` elements
 * in `testsuite` elements at any depth. `error` counts as failed.
 *
 * A suite is the case's `classname`, else its `file`, else the names of the suites around it.
 */
export function readJunit(text: string): ReportReading {
  if (text.length > MAX_REPORT_LENGTH) return junk(`it is longer than ${MAX_REPORT_LENGTH} characters`);
  const xml = readXml(text);
  if (xml.kind === "junk") return junk(xml.error);
  if (!["testsuites", "testsuite"].includes(xml.root.name)) {
    return junk(`its root is \`<${plainLine(xml.root.name, 50)}>\`, not \`<testsuites>\``);
  }
  const cases: TestCase[] = [];
  collect(xml.root, [], cases);
  if (cases.length > MAX_CASES) return junk(`it holds more than ${MAX_CASES} tests`);
  return { kind: "ok", report: { cases } };
}

function junk(error: string): ReportReading {
  return { kind: "junk", error: `not JUnit XML that can be read: ${error}` };
}

function collect(element: XmlElement, suites: readonly string[], cases: TestCase[]): void {
  for (const child of element.children) {
    if (child.name === "testcase") cases.push(toCase(child, suites));
    else if (child.name === "testsuite") collect(child, [...suites, child.attributes.get("name") ?? ""], cases);
  }
}

function toCase(element: XmlElement, suites: readonly string[]): TestCase {
  const { attributes, children } = element;
  const failure = children.find(({ name }) => name === "failure" || name === "error");
  const skipped = children.find(({ name }) => name === "skipped");
  const suite =
    attributes.get("classname") ?? attributes.get("file") ?? suites.filter((name) => name !== "").join(" › ");
  const seconds = Number(attributes.get("time") ?? Number.NaN);
  return {
    name: plainLine(attributes.get("name") ?? "", MAX_NAME_LENGTH) || "unnamed",
    suite: plainLine(suite, MAX_NAME_LENGTH),
    outcome: failure !== undefined ? "failed" : skipped !== undefined ? "skipped" : "passed",
    message: messageOf(failure ?? skipped),
    durationMs: Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : null,
  };
}

function messageOf(element: XmlElement | undefined): string {
  if (element === undefined) return "";
  const message = element.attributes.get("message") ?? "";
  return cutText(plainBlock(message.trim() === "" ? element.text : message), MAX_MESSAGE_LENGTH);
}
