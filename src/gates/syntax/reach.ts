import { constantTruth } from "./constants.ts";
import { childBy, partsOf, textOf } from "./syntaxNode.ts";
import type { SyntaxNode } from "./syntaxNode.ts";

const BLOCKS = new Set(["statement_block", "block", "statement_list", "declaration_list", "program", "module"]);
const LEAVES = new Set(["return_statement", "throw_statement", "raise_statement", "return_expression"]);
const BRANCHES = new Set(["if_statement", "if_expression", "while_statement", "while_expression", "elif_clause"]);

/** Whether a statement always leaves the function it stands in. */
export function leaves(statement: SyntaxNode): boolean {
  if (LEAVES.has(statement.type)) return true;
  const [inner] = partsOf(statement);
  if (statement.type === "expression_statement") return inner !== undefined && leaves(inner);
  if (statement.type === "block" || statement.type === "statement_block") return partsOf(statement).some(leaves);
  if (statement.type !== "if_statement" && statement.type !== "if_expression") return false;
  const condition = childBy(statement, "condition");
  const consequence = childBy(statement, "consequence");
  if (condition === null || consequence === null || constantTruth(condition) !== true) return false;
  return leaves(consequence) || partsOf(consequence).some((each) => leaves(each) || partsOf(each).some(leaves));
}

/** Whether code can never run, by what stands around it up to `top`: after a `return`, or under `if (false)`. */
export function isDead(node: SyntaxNode, top: SyntaxNode): boolean {
  let at = node;
  while (at !== top && at.parent !== null) {
    if (isShutOff(at, at.parent)) return true;
    at = at.parent;
  }
  return false;
}

function isShutOff(node: SyntaxNode, parent: SyntaxNode): boolean {
  if (BLOCKS.has(parent.type)) return node.start >= endOfLife(parent);
  if (BRANCHES.has(parent.type)) return isOtherBranch(node, parent);
  if (node.field !== "right") return false;
  const operator = childBy(parent, "operator")?.type ?? "";
  const left = childBy(parent, "left");
  if (left === null || (operator !== "&&" && operator !== "||")) return false;
  return constantTruth(left) === (operator === "||");
}

/** Blocks are asked about each of their statements. */
const ends = new WeakMap<SyntaxNode, number>();

/** Where the first statement of a block ends that always leaves it. */
function endOfLife(block: SyntaxNode): number {
  const known = ends.get(block);
  if (known !== undefined) return known;
  const end = block.children.find(leaves)?.end ?? Infinity;
  ends.set(block, end);
  return end;
}

function isOtherBranch(node: SyntaxNode, parent: SyntaxNode): boolean {
  const condition = childBy(parent, "condition");
  if (condition === null || node.field === "condition") return false;
  const truth = constantTruth(condition);
  return node.field === "alternative" ? truth === true : truth === false;
}

/** What is caught there: null for nothing that an assertion throws, else what catches it. */
export function swallowerOf(node: SyntaxNode, top: SyntaxNode): SyntaxNode | null {
  let at = node;
  while (at !== top && at.parent !== null) {
    const { parent } = at;
    const swallows = at.field === "body" && (parent.type === "try_statement" || parent.type === "with_statement");
    const by = swallows ? catcherOf(parent) : null;
    if (by !== null) return by;
    at = parent;
  }
  return null;
}

function catcherOf(statement: SyntaxNode): SyntaxNode | null {
  if (statement.type === "with_statement") return /\bsuppress\(/.test(headOf(statement)) ? statement : null;
  return statement.children.find((each) => isSwallowing(each)) ?? null;
}

function headOf(statement: SyntaxNode): string {
  return statement.source.slice(statement.start, childBy(statement, "body")?.start ?? statement.end);
}

function isSwallowing(clause: SyntaxNode): boolean {
  if (clause.type !== "catch_clause" && clause.type !== "except_clause") return false;
  const body = childBy(clause, "body") ?? clause.children.findLast((each) => BLOCKS.has(each.type)) ?? null;
  if (body === null || !catchesAssertions(clause, body)) return false;
  return !/\b(?:throw|raise|assert\w*|expect|fail\w*|reject|done|verify)\b/.test(codeOf(body));
}

/** In JavaScript a catch has no type and takes all. Java's assertions are Errors, which `Exception` does not take. */
function catchesAssertions(clause: SyntaxNode, body: SyntaxNode): boolean {
  const head = clause.source.slice(clause.start, body.start);
  if (clause.type === "except_clause") return /^except\s*:|\b(?:Exception|BaseException|AssertionError)\b/.test(head);
  const typed = clause.children.find((each) => each.type === "catch_formal_parameter");
  return typed === undefined || /\b(?:Throwable|Error|AssertionError|AssertionFailedError)\b/.test(textOf(typed));
}

function codeOf(body: SyntaxNode): string {
  return partsOf(body).map(textOf).join("\n");
}
