import { argumentsOf, namesOf } from "../syntax/calls.ts";
import { childBy, partsOf, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import type { TestBlock } from "./testBlock.ts";

/** What `go test` runs, methods of testify suites, subtests, and Ginkgo's blocks. Only in `_test.go` files. */
export function* goTests(root: SyntaxNode, inTestFile: boolean): Generator<TestBlock> {
  if (!inTestFile) return;
  for (const node of walk(root)) {
    const block = node.type === "call_expression" ? ofCall(node) : ofFunction(node);
    if (block !== null) yield block;
  }
}

function ofFunction(node: SyntaxNode): TestBlock | null {
  if (node.type !== "function_declaration" && node.type !== "method_declaration") return null;
  const name = textOf(childBy(node, "name") ?? node);
  // `Testing…` goes on with a small letter, which Go does not run.
  if (!/^(?:Test|Fuzz|Example)(?![a-z])/.test(name) || name === "TestMain") return null;
  const body = childBy(node, "body");
  return { kind: "case", name, node, body, rows: body === null ? null : rowsOf(body) };
}

const GROUPS = /^[FPX]?(?:Describe|Context|When|DescribeTable)$/;
const CASES = /^[FPX]?(?:It|Specify|Entry)$/;

function ofCall(node: SyntaxNode): TestBlock | null {
  const names = namesOf(node);
  const last = names.at(-1) ?? "";
  const given = argumentsOf(node);
  const [title] = given;
  const run = given.findLast((each) => each.type === "func_literal") ?? given[1];
  if (title === undefined || run === undefined) return null;
  const isSubtest = last === "Run" && names.length > 1 && given.length === 2;
  const isBlock = names.length === 1 && (GROUPS.test(last) || CASES.test(last));
  if (!isSubtest && !isBlock) return null;
  const kind = isBlock && GROUPS.test(last) ? "group" : "case";
  const name = textOf(title).replaceAll(/^["`]|["`]$/g, "");
  return { kind, name, node, body: childBy(run, "body") ?? run, rows: null };
}

/** Of a table: the largest list of composite values that the test itself spells out. */
function rowsOf(body: SyntaxNode): number | null {
  let rows: number | null = null;
  for (const node of walk(body)) {
    const type = childBy(node, "type");
    if (node.type !== "composite_literal" || !/^(?:slice|array|map|implicit_length_array)_type$/.test(type?.type ?? ""))
      continue;
    const values = partsOf(childBy(node, "body") ?? node);
    const isTable = values.length > 0 && values.every((each) => textOf(each).includes("{"));
    if (isTable) rows = Math.max(rows ?? 0, values.length);
  }
  return rows;
}
