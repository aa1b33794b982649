import { childBy, partsOf, textOf } from "./syntaxNode.ts";
import type { SyntaxNode } from "./syntaxNode.ts";

const CALLS = new Set(["call_expression", "call", "method_invocation", "macro_invocation", "new_expression"]);
/** What may stand around an expression without changing what it is. */
const WRAPPERS = new Set([
  "parenthesized_expression",
  "non_null_expression",
  "await_expression",
  "await",
  "as_expression",
  "satisfies_expression",
  "generic_function",
  "try_expression",
]);
/** Fields that hold what comes before a dot, or what is called. */
const BEFORE = ["object", "operand", "value", "path", "function", "macro", "constructor"] as const;
const NAME = ["property", "attribute", "field", "name", "index"] as const;
const MEMBERS = new Set([
  "member_expression",
  "subscript_expression",
  "attribute",
  "selector_expression",
  "field_expression",
  "scoped_identifier",
  "field_access",
]);

export function isCall(node: SyntaxNode): boolean {
  return CALLS.has(node.type);
}

export function unwrapped(node: SyntaxNode): SyntaxNode {
  let at = node;
  for (;;) {
    const inner = WRAPPERS.has(at.type) ? partsOf(at)[0] : undefined;
    if (inner === undefined) return at;
    at = inner;
  }
}

/** What is called or read, by the names of its chain: `expect(a).not.toBe(1)` is `expect`, `not`, `toBe`. */
export function namesOf(node: SyntaxNode): readonly string[] {
  const names: string[] = [];
  let at: SyntaxNode | null = unwrapped(node);
  while (at !== null) {
    const name = ownName(at);
    if (name !== null) names.unshift(name);
    const before = beforeOf(at);
    at = before === null ? null : unwrapped(before);
  }
  return names;
}

function ownName(node: SyntaxNode): string | null {
  if (node.type === "method_invocation") return textOrNull(childBy(node, "name"));
  if (isCall(node)) return null;
  if (!MEMBERS.has(node.type)) return node.children.length === 0 ? textOf(node) : "";
  const name = NAME.map((field) => childBy(node, field)).find((each) => each !== null);
  return name === undefined ? "" : textOf(name).replaceAll(/^["'`]|["'`]$/g, "");
}

function textOrNull(node: SyntaxNode | null): string | null {
  return node === null ? null : textOf(node);
}

/** What comes before the last name, or what is called. */
export function beforeOf(node: SyntaxNode): SyntaxNode | null {
  if (!isCall(node) && !MEMBERS.has(node.type)) return null;
  for (const field of BEFORE) {
    const before = childBy(node, field);
    if (before !== null) return before;
  }
  return null;
}

/** Whether a chain goes on above this node. */
export function isContinued(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (WRAPPERS.has(parent.type) && parent.type !== "await_expression" && parent.type !== "await")
    return isContinued(parent);
  return beforeOf(parent) === node;
}

/** The first call of a chain: `expect(a)` of `expect(a).not.toBe(1)`. */
export function firstCall(node: SyntaxNode): SyntaxNode | null {
  let first: SyntaxNode | null = null;
  let at: SyntaxNode | null = unwrapped(node);
  while (at !== null) {
    if (isCall(at)) first = at;
    const before = beforeOf(at);
    at = before === null ? null : unwrapped(before);
  }
  return first;
}

export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  const list = childBy(call, "arguments") ?? call.children.find((each) => each.type === "argument_list") ?? null;
  if (list === null) return [];
  return list.type === "template_string" ? [list] : partsOf(list);
}
