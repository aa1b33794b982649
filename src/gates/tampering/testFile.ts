import { isCall, namesOf } from "../syntax/calls.ts";
import type { Family } from "../syntax/language.ts";
import { normalised, wordsOf } from "../syntax/normalised.ts";
import type { ParsedSource } from "../syntax/parseSource.ts";
import { isDead, leaves, swallowerOf } from "../syntax/reach.ts";
import { childBy, isComment, isWithin, partsOf, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { wordAnywhere } from "../syntax/wordAnywhere.ts";
import { assertionAt } from "./assertion.ts";
import type { Assertion } from "./assertion.ts";
import { goTests } from "./goTests.ts";
import { javaTests } from "./javaTests.ts";
import { pythonTests } from "./pythonTests.ts";
import { rustTests } from "./rustTests.ts";
import { SCRIPT_CASES, scriptTests } from "./scriptTests.ts";
import type { TestBlock } from "./testBlock.ts";
import { isTestPath } from "./testPaths.ts";

/** An assertion where it stands. */
export interface PlacedAssertion extends Assertion {
  /** It stands where no program comes to. */
  readonly dead: boolean;
  /** What catches its failure. */
  readonly swallowedBy: SyntaxNode | null;
}

export interface TestCase extends TestBlock {
  readonly path: string;
  /** With the names of the groups around it. */
  readonly title: string;
  readonly words: readonly string[];
  readonly text: string;
  readonly assertions: readonly PlacedAssertion[];
  /** Names of the functions it calls. */
  readonly called: ReadonlySet<string>;
  /** An unconditional `return` before anything else. */
  readonly firstReturn: SyntaxNode | null;
}

export interface TestFile {
  readonly path: string;
  readonly family: Family;
  readonly isTest: boolean;
  readonly blocks: readonly TestBlock[];
  readonly cases: readonly TestCase[];
  /** Assertions in functions that tests call, by the function's name. */
  readonly helpers: ReadonlyMap<string, readonly PlacedAssertion[]>;
  /** Functions that are no tests, by name, with what they do. */
  readonly functions: ReadonlyMap<string, string>;
}

/** The tests of a file, with what they assert. */
export function readTests(path: string, { family, root }: Pick<ParsedSource, "family" | "root">): TestFile {
  const inTestFile = isTestPath(path, family);
  const blocks = [...blocksOf(root, { family, inTestFile })];
  const isTest = inTestFile || blocks.some(({ kind }) => kind === "case");
  const assertions = isTest ? [...assertionsIn(root, family)] : [];
  const cases = blocks
    .filter(({ kind }) => kind === "case")
    .map((block) => toCase(block, { path, blocks, assertions }));
  const owned = new Set(cases.flatMap((each) => each.assertions));
  const free = assertions.filter((each) => !owned.has(each));
  const functions = isTest ? functionsOf(root) : [];
  return {
    path,
    family,
    isTest,
    blocks,
    cases,
    helpers: new Map(functions.map(([name, node]) => [name, free.filter((each) => isWithin(each.node, node))])),
    functions: new Map(functions.map(([name, node]) => [name, normalised(childBy(node, "body") ?? node)])),
  };
}

const CASES: Readonly<Record<Family, RegExp>> = {
  script: wordAnywhere(...SCRIPT_CASES),
  python: /TestCase/,
  go: /$^/,
  rust: /test|quickcheck/,
  java: /[Tt]est|Property/,
  other: /$^/,
};

/** Whether a text may have tests in it, told without its syntax, where the path says nothing: where this says no, it has none. */
export function mayHoldTests(text: string, family: Family): boolean {
  return CASES[family].test(text);
}

function blocksOf(
  root: SyntaxNode,
  { family, inTestFile }: { readonly family: Family; readonly inTestFile: boolean },
): Iterable<TestBlock> {
  switch (family) {
    case "script":
      return scriptTests(root, inTestFile);
    case "python":
      return pythonTests(root, inTestFile);
    case "go":
      return goTests(root, inTestFile);
    case "rust":
      return rustTests(root);
    case "java":
      return javaTests(root);
    case "other":
      return [];
  }
}

function* assertionsIn(root: SyntaxNode, family: Family): Generator<PlacedAssertion> {
  for (const node of walk(root)) {
    const assertion = assertionAt(node, family);
    if (assertion === null) continue;
    const top = root;
    yield { ...assertion, dead: isDead(node, top), swallowedBy: swallowerOf(node, top) };
  }
}

interface Around {
  readonly path: string;
  readonly blocks: readonly TestBlock[];
  readonly assertions: readonly PlacedAssertion[];
}

function toCase(block: TestBlock, { path, blocks, assertions }: Around): TestCase {
  const around = blocks.filter((each) => each !== block && isWithin(block.node, each.node) && each.body !== null);
  const inside = blocks.filter((each) => each !== block && each.kind === "case" && isWithin(each.node, block.node));
  const { body } = block;
  const own = assertions.filter(
    ({ node }) => isWithin(node, block.node) && !inside.some((each) => isWithin(node, each.node)),
  );
  const words = body === null ? [] : wordsOf(body);
  return {
    ...block,
    path,
    title: [...around.map(({ name }) => name), block.name].join(" > "),
    words,
    text: words.join(" "),
    assertions: own,
    called: new Set(body === null ? [] : calledIn(body)),
    firstReturn: body === null ? null : firstReturnOf(body),
  };
}

function* calledIn(body: SyntaxNode): Generator<string> {
  for (const node of walk(body)) {
    const name = isCall(node) ? namesOf(node).at(-1) : undefined;
    if (name !== undefined) yield name;
  }
}

/** Where nothing but a description stands before it, and something after it. */
function firstReturnOf(body: SyntaxNode): SyntaxNode | null {
  const block = body.children.find((each) => each.type === "statement_list") ?? body;
  const statements = partsOf(block).filter((each) => !isComment(each) && !isDocumentation(each));
  const [first] = statements;
  return first !== undefined && statements.length > 1 && leaves(first) && !/throw|raise/.test(first.type)
    ? first
    : null;
}

function isDocumentation(statement: SyntaxNode): boolean {
  return statement.type === "expression_statement" && partsOf(statement)[0]?.type === "string";
}

function functionsOf(root: SyntaxNode): readonly (readonly [string, SyntaxNode])[] {
  const found: (readonly [string, SyntaxNode])[] = [];
  for (const node of walk(root)) {
    const named = functionName(node);
    if (named !== null) found.push([named, node]);
  }
  return found;
}

function functionName(node: SyntaxNode): string | null {
  if (
    /^(?:function_declaration|function_definition|function_item|method_declaration|method_definition)$/.test(node.type)
  )
    return textOf(childBy(node, "name") ?? node);
  const value = node.type === "variable_declarator" ? childBy(node, "value") : null;
  if (value === null || !/function/.test(value.type)) return null;
  return textOf(childBy(node, "name") ?? node);
}
