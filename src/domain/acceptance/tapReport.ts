import { cutText, plainBlock, plainLine } from "../plainText.ts";
import { MAX_CASES, MAX_REPORT_LENGTH } from "./testReport.ts";
import type { ReportReading, TestCase } from "./testReport.ts";

const MAX_NAME_LENGTH = 300;
const MAX_MESSAGE_LENGTH = 1000;
const MAX_DEPTH = 50;

const RESULT = /^(not )?ok\b(?: +(\d{1,9}))?(?: +-)? *(.*)$/;
const PLAN = /^1\.\.(\d{1,9})(?: *#.*)?$/;
const DIRECTIVE = /(?<!\\)# *(skip|todo)\S*(?: +(.*))?$/i;

/**
 * Reads TAP 12, 13 and 14 with subtests, as `node --test`, `prove`, `tap` and `bats` write it.
 *
 * The innermost tests are the cases. The line that sums up a subtest names their suite, and is a case itself only when it alone has
 * failed. `todo` counts as skipped. A plan that promises more tests than there are makes the report junk, as does `Bail out!`: it
 * does not tell the whole story.
 */
export function readTap(text: string): ReportReading {
  if (text.length > MAX_REPORT_LENGTH) return junk(`it is longer than ${MAX_REPORT_LENGTH} characters`);
  const state: State = {
    cases: [],
    levels: [],
    afterResult: false,
    yaml: null,
    last: null,
    error: null,
    hasTap: false,
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    take(line, state);
    if (state.error !== null) return junk(`${state.error} (line ${index + 1})`);
    if (state.cases.length > MAX_CASES) return junk(`it holds more than ${MAX_CASES} tests`);
  }
  if (!state.hasTap) return junk("it holds neither results nor a plan");
  const { planned = null, results = 0 } = state.levels[0] ?? {};
  if (planned !== null && planned > results) {
    return junk(`it announces ${planned} tests and holds ${results}; it is cut off`);
  }
  const cases = state.cases.map(({ suites, ...found }) => ({
    ...found,
    suite: plainLine(suites.join(" › "), MAX_NAME_LENGTH),
  }));
  return { kind: "ok", report: { cases } };
}

function junk(error: string): ReportReading {
  return { kind: "junk", error: `not TAP that can be read: ${error}` };
}

/** One level of subtests while it is being read. */
interface Level {
  planned: number | null;
  results: number;
  /** Where its cases begin. */
  readonly firstCase: number;
}

/** A case whose suite is known once the line has come that sums the subtest up. */
interface Draft extends Omit<TestCase, "suite"> {
  readonly suites: string[];
}

interface State {
  readonly cases: Draft[];
  /** By depth of indentation. */
  readonly levels: Level[];
  /** The line before was a result, so that a YAML block may follow. */
  afterResult: boolean;
  /** A YAML block that is being read. */
  yaml: { readonly indent: number; readonly lines: string[] } | null;
  /** Index of the case that a YAML block would explain. */
  last: number | null;
  error: string | null;
  hasTap: boolean;
}

function take(line: string, state: State): void {
  const indent = line.length - line.trimStart().length;
  const content = line.trim();
  if (state.yaml !== null) {
    if (content === "..." && indent <= state.yaml.indent) endYaml(state);
    else if (state.yaml.lines.length < 100) state.yaml.lines.push(line.slice(state.yaml.indent));
    return;
  }
  const isExplained = state.afterResult;
  state.afterResult = false;
  if (content === "---" && isExplained) {
    state.yaml = { indent, lines: [] };
    return;
  }
  const depth = Math.floor(indent / 4);
  if (depth <= MAX_DEPTH) takeTap(content, depth, state);
}

function takeTap(content: string, depth: number, state: State): void {
  if (/^Bail out!/i.test(content)) {
    state.error = `the run was given up: ${plainLine(content, 200)}`;
    return;
  }
  const planned = PLAN.exec(content)?.[1];
  if (planned !== undefined) {
    levelAt(state, depth).planned = Number(planned);
    state.hasTap = true;
    return;
  }
  const result = RESULT.exec(content);
  if (result !== null) takeResult(result, depth, state);
}

function levelAt({ levels, cases }: State, depth: number): Level {
  while (levels.length <= depth) levels.push({ planned: null, results: 0, firstCase: cases.length });
  const level = levels[depth];
  if (level === undefined) throw new RangeError(`no level ${depth}`);
  return level;
}

function takeResult(result: RegExpExecArray, depth: number, state: State): void {
  const [, failed, number = "", rest = ""] = result;
  state.hasTap = true;
  state.afterResult = true;
  levelAt(state, depth).results += 1;
  const inner = state.levels[depth + 1];
  state.levels.length = depth + 1;
  const found = toCase({ failed: failed !== undefined, number, rest });
  const told = inner === undefined ? [] : state.cases.slice(inner.firstCase);
  for (const { suites } of told) suites.unshift(found.name);
  // The sum of a subtest whose own tests were told already says nothing new, unless it failed by itself.
  const isSum = told.length > 0 && (found.outcome !== "failed" || told.some(({ outcome }) => outcome === "failed"));
  state.last = isSum ? null : state.cases.push(found) - 1;
}

function toCase({
  failed,
  number,
  rest,
}: {
  readonly failed: boolean;
  readonly number: string;
  readonly rest: string;
}): Draft {
  const directive = DIRECTIVE.exec(rest);
  const description = (directive === null ? rest : rest.slice(0, directive.index)).replaceAll(/\\([#\\])/g, "$1");
  const name = plainLine(description.replace(/ \{$/, ""), MAX_NAME_LENGTH);
  return {
    name: name === "" ? `test ${number}`.trim() : name,
    suites: [],
    outcome: directive !== null ? "skipped" : failed ? "failed" : "passed",
    message: plainLine(directive?.[2] ?? "", MAX_MESSAGE_LENGTH),
    durationMs: null,
  };
}

function endYaml(state: State): void {
  const text = (state.yaml?.lines ?? []).join("\n");
  state.yaml = null;
  const found = state.last === null ? undefined : state.cases[state.last];
  if (found === undefined || state.last === null) return;
  const durationMs = Number(/^duration_ms: *'?([\d.]{1,20})/m.exec(text)?.[1] ?? Number.NaN);
  const message = /^(?:message|error): *(?:[|>]-?\n([\s\S]{1,2000}?)(?=^\S|(?![\s\S]))|(.{1,1000}))/m.exec(text);
  state.cases[state.last] = {
    ...found,
    durationMs: Number.isFinite(durationMs) ? Math.round(durationMs) : null,
    message:
      found.outcome === "failed"
        ? cutText(plainBlock(unquoted(message?.[1] ?? message?.[2] ?? "")), MAX_MESSAGE_LENGTH)
        : found.message,
  };
}

function unquoted(text: string): string {
  return text
    .trim()
    .replace(/^(['"])(.*)\1$/s, "$2")
    .replaceAll(/^ {2,}/gm, "");
}
