import { argumentsOf, firstCall, isCall, isContinued, namesOf, unwrapped } from "../syntax/calls.ts";
import { constantTruth, hasCall, isConstant } from "../syntax/constants.ts";
import type { Family } from "../syntax/language.ts";
import { normalised } from "../syntax/normalised.ts";
import { ancestors, childBy, partsOf, textOf } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { isAssertingChain } from "./assertingNames.ts";

/** How much an assertion says: nothing, that something is there, something about it, what exactly it is. */
export type Strength = 0 | 1 | 2 | 3;

export interface Assertion {
  readonly node: SyntaxNode;
  readonly text: string;
  /** What it is about: `a.b` of `expect(a.b).toBe(1)`. */
  readonly subject: string;
  readonly strength: Strength;
}

/** The assertion that begins at a node, if it is one. */
export function assertionAt(node: SyntaxNode, family: Family): Assertion | null {
  if (node.type === "assert_statement") return stated(node);
  if (node.type === "macro_invocation") return family === "rust" ? macro(node) : null;
  if (!(isCall(node) || node.type === "member_expression") || isContinued(node)) return null;
  return chained(node, family);
}

function stated(node: SyntaxNode): Assertion | null {
  const [condition] = partsOf(node);
  if (condition === undefined) return null;
  return { node, text: normalised(node), subject: subjectOf(condition), strength: strengthOfCondition(condition) };
}

function subjectOf(condition: SyntaxNode): string {
  return normalised(partsOf(unwrapped(condition))[0] ?? condition);
}

/** The condition of an `assert`. One that cannot hold is a way to fail, and as good as any. */
function strengthOfCondition(condition: SyntaxNode): Strength {
  const truth = constantTruth(condition);
  if (truth !== null) return truth ? 0 : 3;
  const at = unwrapped(condition);
  if (/^(?:identifier|member_expression|attribute|field_access|selector_expression)$/.test(at.type)) return 1;
  const text = textOf(at);
  if (/(?:is not None|!==? ?(?:null|undefined|nil|None))$/.test(text) || /\.is_(?:some|ok)\(\)$/.test(text)) return 1;
  return /[^=!<>]===?[^=]/.test(text) ? 3 : 2;
}

/** What a macro is given comes as tokens, without syntax. */
function macro(node: SyntaxNode): Assertion | null {
  const name = namesOf(node).at(-1) ?? "";
  if (!/^(?:debug_|prop_)?assert|^(?:panic|unreachable)$/.test(name)) return null;
  const given = macroArguments(node);
  return { node, text: normalised(node), subject: given[0] ?? "", strength: strengthOfMacro(name, given) };
}

function macroArguments(node: SyntaxNode): readonly string[] {
  const tokens = node.children.find((each) => each.type === "token_tree")?.children.slice(1, -1) ?? [];
  const given: string[][] = [[]];
  for (const token of tokens)
    if (token.type === ",") given.push([]);
    else given.at(-1)?.push(textOf(token));
  return given.map((each) => each.join(" "));
}

const RUST_LITERAL = /^(?:true|false|-? ?\d[\w.]*|"[^"]*")$/;

function strengthOfMacro(name: string, [first = "", second = ""]: readonly string[]): Strength {
  if (name.endsWith("_eq")) return first === second && (RUST_LITERAL.test(first) || /^\w+$/.test(first)) ? 0 : 3;
  if (!/^(?:debug_|prop_)?assert$/.test(name)) return 3;
  if (first === "true" || /(?:\|\||^) ?true$/.test(first) || first.startsWith("true ||") || first === "! false")
    return 0;
  if (/^\w+(?: \. \w+)*$/.test(first) || /\. is_(?:some|ok) \(\)$/.test(first)) return 1;
  return / ==? /.test(first) ? 3 : 2;
}

function chained(node: SyntaxNode, family: Family): Assertion | null {
  const names = namesOf(node);
  const first = firstCall(node);
  if (first === null || !isAssertingChain({ names, calls: namesOf(first), isCall: isCall(node) }, family)) return null;
  const given = argumentsOf(first);
  const condition = conditionAround(node, family);
  const subject = condition ?? (given[0] === undefined ? "" : normalised(given[0]));
  const text = condition === null ? normalised(node) : `${condition} ${names.join(".")}`;
  return { node, text, subject, strength: strengthOfChain(node, { first, names }) };
}

/** Of Go's `if got != want { t.Errorf(…) }`, where the check is the condition. */
function conditionAround(node: SyntaxNode, family: Family): string | null {
  if (family !== "go" || !/^(?:Error|Fatal)f?$|^Fail/.test(namesOf(node).at(-1) ?? "")) return null;
  for (const each of ancestors(node)) {
    if (each.type === "func_literal" || each.type === "function_declaration") return null;
    const condition = each.type === "if_statement" ? childBy(each, "condition") : null;
    if (condition !== null) return normalised(condition);
  }
  return null;
}

interface Chain {
  readonly first: SyntaxNode;
  readonly names: readonly string[];
}

const PRESENCE =
  /^(?:toBeDefined|toBeTruthy|toBeFalsy|exists?|truthy|falsy|isOk|isDefined|isNotNull|isPresent|assertNotNull|assertIsNotNone|NotNil|NotEmpty|isNotEmpty|notNull|is_not_none)$/;
const ABOUT_TRUTH = /^(?:assert|ok|assertTrue|assertTruthy|True|true|isTrue|assert_)$/;
const FAILING = /^(?:fail\w*|Fail\w*|Error|Errorf|Fatal|Fatalf|unreachable|raises|throws|rejects)$/;

function strengthOfChain(node: SyntaxNode, { first, names }: Chain): Strength {
  const last = names.at(-1) ?? "";
  if (FAILING.test(last)) return broadlyExpected(node, last) ? 1 : 3;
  if (names.join(".") === "t.pass") return 0;
  const given = argumentsOf(first);
  const expected = node === first || !isCall(node) ? [] : argumentsOf(node);
  if (isBare(node, names)) return 0;
  if (saysNothing(given, { last, expected })) return 0;
  if (names.includes("not") || names.includes("never")) return /[Tt]hrow|[Cc]alled/.test(last) ? 2 : 1;
  if (PRESENCE.test(last)) return 1;
  const [condition] = given;
  return node === first && ABOUT_TRUTH.test(last) && condition !== undefined ? strengthOfCondition(condition) : 3;
}

/** `expect(value);`: it is never said what is expected. */
function isBare(node: SyntaxNode, names: readonly string[]): boolean {
  const root = names[0] ?? "";
  const isRoot = names.length === 1 && /^(?:expect|assertThat|assert_that|Expect)$/.test(root);
  if (!isRoot) return false;
  const statement = [...ancestors(node)].find((each) => !each.type.startsWith("await"));
  return statement?.type === "expression_statement";
}

function broadlyExpected(node: SyntaxNode, last: string): boolean {
  const [type, ...more] = argumentsOf(node);
  return last === "raises" && more.length === 0 && /^(?:Base)?Exception$/.test(type === undefined ? "" : textOf(type));
}

const EQUALS =
  /^(?:toBe|toEqual|toStrictEqual|equal|equals|eql|deepEqual|strictEqual|deepStrictEqual|is|same|assertEqual|assertEquals|assertSame|assertIs|assert_equal|Equal|Same|isEqualTo|isSameAs)$/;

interface Said {
  readonly last: string;
  readonly expected: readonly SyntaxNode[];
}

/** Constants compared with themselves, or a value with itself. */
function saysNothing(given: readonly SyntaxNode[], { last, expected }: Said): boolean {
  // Go's `assert.Equal(t, want, got)`.
  const isTold = given.length > 1 && expected.length === 0 && given.slice(0, 1).some((each) => textOf(each) === "t");
  const all = [...(isTold ? given.slice(1) : given), ...expected];
  if (all.length === 0) return false;
  const [one, other] = all;
  if (one !== undefined && other !== undefined && EQUALS.test(last))
    return (normalised(one) === normalised(other) && !hasCall(one)) || isAlwaysTrue(one, last);
  if (!all.every(isConstant)) return isAlwaysTrue(one, last);
  return one === undefined || !ABOUT_TRUTH.test(last) || constantTruth(one) !== false;
}

function isAlwaysTrue(subject: SyntaxNode | undefined, last: string): boolean {
  if (subject === undefined || !/\|\||\bor\b/.test(textOf(subject))) return false;
  return (ABOUT_TRUTH.test(last) || /^toBe(?:Truthy)?$/.test(last)) && constantTruth(subject) === true;
}

/** Whether a chain is about what another one is about, or about the whole of which that is a part. */
export function covers(whole: Assertion, part: Assertion): boolean {
  if (whole.strength < 2 || whole.strength < part.strength) return false;
  return whole.subject === part.subject || (whole.subject !== "" && part.subject.startsWith(`${whole.subject} `));
}
