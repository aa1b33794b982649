import { argumentsOf, isCall, namesOf } from "../syntax/calls.ts";
import { ancestors, childBy, partsOf, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import type { TestBlock } from "./testBlock.ts";

/** Tests of pytest and unittest: functions called `test…` in a test file, and methods of test classes. */
export function* pythonTests(root: SyntaxNode, inTestFile: boolean): Generator<TestBlock> {
  for (const node of walk(root)) {
    const name = textOf(childBy(node, "name") ?? node);
    const isGroup = node.type === "class_definition" && isTestClass(node, inTestFile);
    const isCase = node.type === "function_definition" && name.startsWith("test") && isRun(node, inTestFile);
    if (!isGroup && !isCase) continue;
    const whole = withDecorators(node);
    const rows = isCase ? rowsOf(whole) : null;
    yield { kind: isGroup ? "group" : "case", name, node: whole, body: childBy(node, "body"), rows };
  }
}

function isTestClass(node: SyntaxNode, inTestFile: boolean): boolean {
  const name = textOf(childBy(node, "name") ?? node);
  const bases = childBy(node, "superclasses");
  return (inTestFile && name.startsWith("Test")) || (bases !== null && /TestCase\b/.test(textOf(bases)));
}

/** Not a function within a function, which no runner finds. */
function isRun(node: SyntaxNode, inTestFile: boolean): boolean {
  for (const each of ancestors(node)) {
    if (each.type === "function_definition") return false;
    if (each.type === "class_definition") return isTestClass(each, inTestFile);
  }
  return inTestFile;
}

function withDecorators(node: SyntaxNode): SyntaxNode {
  return node.parent?.type === "decorated_definition" ? node.parent : node;
}

export function decoratorsOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((each) => each.type === "decorator");
}

function rowsOf(node: SyntaxNode): number | null {
  const tables = decoratorsOf(node)
    .flatMap(partsOf)
    .filter((each) => isCall(each) && /^(?:parametrize|expand|data)$/.test(namesOf(each).at(-1) ?? ""));
  const sizes = tables.map(sizeOf).filter((each) => each !== null);
  return sizes.length === 0 ? null : sizes.reduce((product, each) => product * each, 1);
}

function sizeOf(call: SyntaxNode): number | null {
  if (namesOf(call).at(-1) === "data") return argumentsOf(call).length;
  const table = argumentsOf(call).find((each) => each.type === "list" || each.type === "tuple");
  return table === undefined ? null : partsOf(table).length;
}
