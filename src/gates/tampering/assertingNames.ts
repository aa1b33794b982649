import type { Family } from "../syntax/language.ts";

export interface NamedChain {
  /** All of it: `expect`, `not`, `toBe`. */
  readonly names: readonly string[];
  /** Of its first call: `expect`. */
  readonly calls: readonly string[];
  /** Whether it ends in a call. */
  readonly isCall: boolean;
}

/** A function that by its name asserts something: `assertValid`, `expectUser`, `check_rows`. */
const HELPER = /^(?:assert|expect|verify|check|ensure|require|must|should)(?:[A-Z_]\w*)$/;
const AVA =
  /^(?:is|not|deepEqual|notDeepEqual|like|truthy|falsy|true|false|throws|throwsAsync|notThrows|notThrowsAsync|regex|notRegex|snapshot|pass|fail|assert|ok|notOk|equal|notEqual|equals|same|strictEqual|rejects)$/;
const TESTIFY =
  /^(?:Equal|NotEqual|EqualValues|Exactly|Nil|NotNil|True|False|NoError|Error|ErrorIs|ErrorAs|ErrorContains|EqualError|Contains|NotContains|Len|Empty|NotEmpty|Same|JSONEq|ElementsMatch|Zero|Panics|NotPanics|InDelta|Greater|Less|Regexp|Eventually)f?$/;
const GO_FAILS = /^(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$/;
const GO_TEST = /^(?:t|b|f|tb|tt|c|T)$/;

/** Whether a chain of calls asserts something, by the names that the usual test libraries of a language use. */
export function isAssertingChain(chain: NamedChain, family: Family): boolean {
  switch (family) {
    case "script":
      return inScript(chain);
    case "python":
      return inPython(chain);
    case "go":
      return inGo(chain);
    case "rust":
      return chain.isCall && HELPER.test(chain.names.at(-1) ?? "");
    case "java":
      return inJava(chain);
    case "other":
      return false;
  }
}

function inScript({ names, calls, isCall }: NamedChain): boolean {
  const [root = ""] = names;
  const last = names.at(-1) ?? "";
  if (root === "expect" || root === "expectTypeOf" || root === "assertType")
    return calls.length === 1 || /^(?:soft|poll|fail|unreachable|element)$/.test(calls[1] ?? "");
  if (names.includes("should")) return true;
  // QUnit's number of assertions to come.
  if (!isCall || names.join(".") === "assert.expect") return false;
  if (root === "assert" || names.slice(1, -1).includes("assert") || root === "chai") return true;
  if (names.slice(1).includes("expect")) return true;
  return HELPER.test(last) ? !/^(?:require|ensure)/.test(last) : names.length === 2 && root === "t" && AVA.test(last);
}

function inPython({ names }: NamedChain): boolean {
  const last = names.at(-1) ?? "";
  if (names.some((each) => each.startsWith("assert"))) return true;
  if (/^(?:raises|warns|fail)$/.test(last)) return names.length > 1 || last === "raises";
  return /^(?:check|verify|expect|ensure)_\w+$/.test(last) || last === "expect";
}

function inGo({ names, calls }: NamedChain): boolean {
  const [root = ""] = names;
  const last = names.at(-1) ?? "";
  if (GO_FAILS.test(last) && names.length > 1) return GO_TEST.test(names.at(-2) ?? "") || isTestify(names);
  if (/^(?:Expect|Eventually|Consistently|Ω)$/.test(calls[0] ?? "")) return true;
  return isTestify(names) || HELPER.test(last) || (root === "is" && names.length === 2);
}

function isTestify(names: readonly string[]): boolean {
  const [root = ""] = names;
  if (root === "assert" || root === "require" || names.includes("Require") || names.includes("Assert"))
    return names.length > 1 && names.at(-1) !== "New";
  return /^(?:s|suite)$/.test(root) && names.length === 2 && TESTIFY.test(names[1] ?? "");
}

function inJava({ names }: NamedChain): boolean {
  return (
    names.some((each) =>
      /^assert|^(?:verify|fail|expectThrows|expectNext|expectError|verifyNoMoreInteractions)$/.test(each),
    ) || HELPER.test(names.at(-1) ?? "")
  );
}
