import { argumentsOf, isCall, isContinued, namesOf } from "../syntax/calls.ts";
import { childBy, partsOf, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import type { TestBlock } from "./testBlock.ts";

export const SCRIPT_CASES = new Set(["it", "test", "specify", "xit", "xtest", "fit", "ftest", "xspecify"]);
export const SCRIPT_GROUPS = new Set(["describe", "context", "suite", "xdescribe", "fdescribe", "xcontext", "module"]);
/** Not tests, though they take a text and a function. */
const NOT_TESTS =
  /^(?:step|mock|doMock|unmock|before|after|beforeEach|afterEach|beforeAll|afterAll|on|once|use|get|post|put|delete|patch|bench|extend|setTimeout|require|import|command|add|emit)$/;
const FUNCTIONS = new Set(["arrow_function", "function_expression", "function", "generator_function"]);

/**
 * Tests of Jest, Vitest, Mocha, Jasmine, `node:test`, AVA, tap, Playwright, Deno and QUnit, and of a project's own wrapper
 * that is called the same way at the top of a test file.
 */
export function* scriptTests(root: SyntaxNode, inTestFile: boolean): Generator<TestBlock> {
  for (const node of walk(root)) {
    if (node.type !== "call_expression" || isContinued(node)) continue;
    const block = blockOf(node, inTestFile);
    if (block !== null) yield block;
  }
}

function blockOf(node: SyntaxNode, inTestFile: boolean): TestBlock | null {
  const names = namesOf(node);
  const given = argumentsOf(node);
  const [title] = given;
  const body = bodyOf(given);
  const kind = kindOf(names, body !== null && inTestFile && isStatement(node));
  if (kind === null || title === undefined || NOT_TESTS.test(names.at(-1) ?? "")) return null;
  if (FUNCTIONS.has(title.type) || (body === null && !isAnnounced(names, title))) return null;
  return { kind, name: nameOf(title), node, body, rows: rowsOf(node) };
}

/** Without a function it is a test to come: `it("…")`, `it.todo("…")`. */
function isAnnounced(names: readonly string[], title: SyntaxNode): boolean {
  return isText(title) && (names.length === 1 || names.includes("todo") || names.includes("skip"));
}

function isText(node: SyntaxNode): boolean {
  return /^(?:string|template_string|binary_expression)$/.test(node.type);
}

function kindOf(names: readonly string[], isOwnWrapper: boolean): TestBlock["kind"] | null {
  const [root = "", second = ""] = names;
  if (SCRIPT_CASES.has(root)) return names.includes("describe") ? "group" : "case";
  if (SCRIPT_GROUPS.has(root)) return "group";
  if ((root === "Deno" || root === "QUnit" || root === "t" || root === "tap") && second === "test") return "case";
  return isOwnWrapper && names.length <= 2 && !/[.]/.test(root) && /^[a-z]\w*$/.test(root) && isWrapperName(names)
    ? "case"
    : null;
}

function isWrapperName([root = "", ...rest]: readonly string[]): boolean {
  return (
    rest.every((each) => /^(?:skip|only|each|fails|concurrent|serial|failing|todo)$/.test(each)) &&
    !NOT_TESTS.test(root)
  );
}

function isStatement(node: SyntaxNode): boolean {
  return node.parent?.type === "expression_statement" && isText(argumentsOf(node)[0] ?? node);
}

function bodyOf(given: readonly SyntaxNode[]): SyntaxNode | null {
  const last = given.slice(1).findLast((each) => FUNCTIONS.has(each.type)) ?? wrappedFunction(given.slice(1));
  return last === undefined ? null : (childBy(last, "body") ?? last);
}

/** `it("…", fakeAsync(() => { … }))`, or the name of a function. */
function wrappedFunction(given: readonly SyntaxNode[]): SyntaxNode | undefined {
  const wrapped = given
    .filter(isCall)
    .flatMap(argumentsOf)
    .find((each) => FUNCTIONS.has(each.type));
  return wrapped ?? given.find((each) => each.type === "identifier");
}

function nameOf(title: SyntaxNode): string {
  return textOf(title)
    .replaceAll(/^["'`]|["'`]$/g, "")
    .replaceAll(/\s+/g, " ");
}

/** Of `it.each([…])` and `it.each` with a table in a template. */
function rowsOf(node: SyntaxNode): number | null {
  const callee = childBy(node, "function");
  if (callee === null || !isCall(callee) || !/^(?:each|for)$/.test(namesOf(callee).at(-1) ?? "")) return null;
  const [table] = argumentsOf(callee);
  if (table?.type === "array") return partsOf(table).length;
  if (table?.type !== "template_string") return null;
  const columns = (textOf(table).split("\n")[0] ?? "").split("|").length;
  return Math.floor(partsOf(table).filter((each) => each.type === "template_substitution").length / columns);
}
