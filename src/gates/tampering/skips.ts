import { argumentsOf, isCall, namesOf } from "../syntax/calls.ts";
import { constantTruth } from "../syntax/constants.ts";
import type { Family } from "../syntax/language.ts";
import { normalised } from "../syntax/normalised.ts";
import { ancestors, childBy, isComment, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { shown } from "./charge.ts";
import { annotationName } from "./javaTests.ts";
import type { Mark } from "./mark.ts";
import { attributeName } from "./rustTests.ts";
import { scriptSkip } from "./scriptSkips.ts";

/** How surely a test is left out: always, or on a condition. */
export interface Skip {
  readonly kind: "always" | "sometimes" | "focus";
  /** What is skipped, for telling one mark from another. */
  readonly of: string;
}

/** What leaves tests out of a run, or all others. */
export function* skipsIn(root: SyntaxNode, family: Family): Generator<Mark> {
  for (const node of walk(root)) {
    const skip = skipAt(node, family);
    if (skip !== null) yield toMark(node, skip);
  }
}

function toMark(node: SyntaxNode, { kind, of }: Skip): Mark {
  const code = shown(textOf(node));
  const isFocus = kind === "focus";
  return {
    rule: isFocus ? "test_focused" : "test_skipped",
    level: kind === "sometimes" ? "warns" : "blocks",
    node,
    key: `${kind} ${of}`,
    message: isFocus ? `${code} keeps all other tests from running.` : `${code} keeps a test from running.`,
    remedy: "Let all tests run, and change the code so that they pass.",
  };
}

function skipAt(node: SyntaxNode, family: Family): Skip | null {
  switch (family) {
    case "script":
      return scriptSkip(node);
    case "python":
      return inPython(node);
    case "go":
      return inGo(node);
    case "rust":
      return inRust(node);
    case "java":
      return inJava(node);
    case "other":
      return null;
  }
}

function whenCalled(node: SyntaxNode): "always" | "sometimes" {
  for (const each of ancestors(node)) {
    if (/function|func_literal|method/.test(each.type)) return "always";
    const condition = /^(?:if|elif)_/.test(each.type) ? childBy(each, "condition") : null;
    if (condition !== null && constantTruth(condition) !== true) return "sometimes";
  }
  return "always";
}

function onCondition(condition: SyntaxNode | undefined, skippedWhen: boolean): Skip["kind"] | null {
  const truth = condition === undefined ? true : constantTruth(condition);
  if (truth === null) return "sometimes";
  return truth === skippedWhen ? "always" : null;
}

function inPython(node: SyntaxNode): Skip | null {
  if (node.type === "assignment" && /^__test__\s*=\s*False$/.test(textOf(node)))
    return { kind: "always", of: ownerOf(node) };
  if (node.type === "raise_statement" && /\bSkipTest\b/.test(textOf(node)))
    return { kind: whenCalled(node), of: normalised(node) };
  if (!(isCall(node) || node.type === "attribute" || node.type === "identifier")) return null;
  const { parent } = node;
  if (parent !== null && (isCall(parent) || parent.type === "attribute") && parent.children[0] === node) return null;
  const names = namesOf(node);
  const isDecorator = parent?.type === "decorator";
  const isMark = names.includes("mark") || (names[0] === "unittest" && names.length === 2);
  const last = names.at(-1) ?? "";
  const kind = isDecorator || isMark ? ofDecorator(last, node) : ofPythonCall(names, node);
  return kind === null ? null : { kind, of: `${last} ${ownerOf(node)} ${normalised(node)}` };
}

function ofDecorator(name: string, node: SyntaxNode): Skip["kind"] | null {
  const [condition] = isCall(node) ? argumentsOf(node) : [];
  if (name === "skip" || name === "xfail" || name === "expectedFailure") return "always";
  if (name === "skipif" || name === "skipIf") return onCondition(condition, true);
  return name === "skipUnless" ? onCondition(condition, false) : null;
}

function ofPythonCall(names: readonly string[], node: SyntaxNode): Skip["kind"] | null {
  const [root = ""] = names;
  const last = names.at(-1) ?? "";
  if (!isCall(node)) return null;
  if (root === "pytest" && /^(?:skip|xfail)$/.test(last)) return whenCalled(node);
  return root === "self" && last === "skipTest" ? whenCalled(node) : null;
}

/** The function or class that a decorator or a line belongs to. */
function ownerOf(node: SyntaxNode): string {
  for (const each of ancestors(node)) {
    const defined = each.type === "decorated_definition" ? childBy(each, "definition") : each;
    const name =
      defined === null || !/definition|declaration|function_item/.test(defined.type) ? null : childBy(defined, "name");
    if (name !== null) return textOf(name);
  }
  return "";
}

function inGo(node: SyntaxNode): Skip | null {
  if (isComment(node)) {
    const off = /^\/\/\s*(?:go:build|\+build)\s+(?:ignore|never|false|skip)\b/.test(textOf(node));
    return off ? { kind: "always", of: textOf(node) } : null;
  }
  if (node.type !== "call_expression") return null;
  const names = namesOf(node);
  const last = names.at(-1) ?? "";
  const of = `${ownerOf(node)} ${normalised(node).slice(0, 200)}`;
  if (/^(?:Skip|Skipf|SkipNow)$/.test(last) && /^(?:t|b|f|tb|tt|c|T)$/.test(names.at(-2) ?? ""))
    return { kind: whenCalled(node), of };
  if (names.length !== 1) return null;
  const isTitled = (argumentsOf(node)[0]?.type ?? "").endsWith("string_literal");
  if (!isTitled) return null;
  if (last === "Skip") return { kind: whenCalled(node), of };
  if (/^F(?:It|Describe|Context|When|Specify|Entry|DescribeTable)$/.test(last)) return { kind: "focus", of };
  return /^[PX](?:It|Describe|Context|When|Specify|Entry|DescribeTable)$/.test(last) ? { kind: "always", of } : null;
}

function inRust(node: SyntaxNode): Skip | null {
  if (node.type !== "attribute_item") return null;
  const name = attributeName(node);
  const item = node.parent?.children.find(
    (each) => each.start >= node.end && each.type.endsWith("_item") && each.type !== "attribute_item",
  );
  const of = `${item === undefined ? "" : textOf(childBy(item, "name") ?? node)} ${normalised(node)}`;
  if (name === "ignore") return { kind: "always", of };
  if (
    name === "cfg" &&
    /^#\[cfg\(\s*(?:any\(\s*\)|FALSE|false|not\(all\(\s*\)\)|not\(test\))\s*\)\]$/.test(textOf(node))
  )
    return /test/.test(textOf(item ?? node)) ? { kind: "always", of } : null;
  return name === "cfg_attr" && /,\s*ignore\b/.test(textOf(node)) ? { kind: "sometimes", of } : null;
}

function inJava(node: SyntaxNode): Skip | null {
  const of = `${ownerOf(node)} ${normalised(node)}`;
  if (node.type.endsWith("annotation")) {
    const name = annotationName(node);
    if (name === "Disabled" || name === "Ignore") return { kind: "always", of };
    if (/^(?:Disabled|Enabled)(?:On|If|For)/.test(name)) return { kind: "sometimes", of };
    return name === "Test" && /\benabled\s*=\s*false\b/.test(textOf(node)) ? { kind: "always", of } : null;
  }
  if (node.type === "throw_statement" && /\b(?:SkipException|TestAbortedException)\b/.test(textOf(node)))
    return { kind: whenCalled(node), of };
  if (node.type !== "method_invocation") return null;
  const last = namesOf(node).at(-1) ?? "";
  if (last !== "assumeTrue" && last !== "assumeFalse") return null;
  const kind = onCondition(argumentsOf(node)[0], last === "assumeFalse");
  return kind === null ? null : { kind, of };
}
