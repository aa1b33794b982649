import { argumentsOf, isCall, namesOf } from "../syntax/calls.ts";
import { constantTruth } from "../syntax/constants.ts";
import { normalised } from "../syntax/normalised.ts";
import { ancestors, childBy, textOf } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { SCRIPT_CASES, SCRIPT_GROUPS } from "./scriptTests.ts";
import type { Skip } from "./skips.ts";

const MODIFIERS: Readonly<Record<string, Skip["kind"]>> = {
  skip: "always",
  todo: "always",
  fixme: "always",
  fails: "always",
  failing: "always",
  skipIf: "sometimes",
  runIf: "sometimes",
  only: "focus",
};
const SKIPPING = new Set(["xit", "xtest", "xspecify", "xdescribe", "xcontext"]);
const FOCUSING = new Set(["fit", "ftest", "fdescribe", "fcontext"]);
/** What a test is given to steer itself with. */
const CONTEXTS = /^(?:this|t|ctx|context|testInfo)$/;

/** `.skip`, `.only`, `xit` and the rest, called, given another name, or as an option. */
export function scriptSkip(node: SyntaxNode): Skip | null {
  if (node.type === "member_expression" || node.type === "subscript_expression") return ofMember(node);
  if (node.type === "identifier") return ofIdentifier(node);
  if (node.type === "pair") return ofOption(node);
  return node.type === "shorthand_property_identifier_pattern" || node.type === "pair_pattern" ? ofPattern(node) : null;
}

function modifierOf(name: string): Skip["kind"] | null {
  return Object.hasOwn(MODIFIERS, name) ? (MODIFIERS[name] ?? null) : null;
}

function isTestName(name: string): boolean {
  return SCRIPT_CASES.has(name) || SCRIPT_GROUPS.has(name);
}

function ofMember(node: SyntaxNode): Skip | null {
  const names = namesOf(node);
  const [root = ""] = names;
  const last = names.at(-1) ?? "";
  const kind = modifierOf(last);
  if (kind === null) return null;
  const call = callAround(node);
  const given = call === null ? [] : argumentsOf(call);
  if (
    names.length === 2 &&
    last === "skip" &&
    CONTEXTS.test(root) &&
    call !== null &&
    childBy(call, "function") === node
  )
    return { kind: whenRun(call), of: `${root}.skip ${titleAround(node)}` };
  const isTitled = given.length > 1 && /^(?:string|template_string)$/.test(given[0]?.type ?? "");
  if (!isTestName(root) && !(isTitled && /^[a-z]\w*$/i.test(root) && names.length === 2)) return null;
  const decided = last === "skipIf" || last === "runIf" ? conditional(node, last) : unless(kind, given);
  return decided === null ? null : { kind: decided, of: `${last} ${subjectOf(call, node)}` };
}

/** `test.skip(condition, "why")` of Playwright. */
function unless(kind: Skip["kind"], [first, second]: readonly SyntaxNode[]): Skip["kind"] | null {
  if (
    kind !== "always" ||
    first === undefined ||
    (/string|identifier|binary/.test(first.type) && second !== undefined && /function/.test(second.type))
  )
    return kind;
  if (/string|function|object/.test(first.type)) return kind;
  const truth = constantTruth(first);
  if (truth === null) return second === undefined || /string/.test(second.type) ? "sometimes" : kind;
  return truth ? kind : null;
}

function conditional(node: SyntaxNode, name: string): Skip["kind"] | null {
  const { parent } = node;
  const condition = parent === null || !isCall(parent) ? undefined : argumentsOf(parent)[0];
  const truth = condition === undefined ? null : constantTruth(condition);
  if (truth === null) return "sometimes";
  return truth === (name === "skipIf") ? "always" : null;
}

/** The outermost call of the chain that a name is part of. */
function callAround(node: SyntaxNode): SyntaxNode | null {
  let call: SyntaxNode | null = null;
  let at = node;
  for (const each of ancestors(node)) {
    const goesOn = childBy(each, "function") === at || childBy(each, "object") === at;
    if (!goesOn) break;
    if (isCall(each)) call = each;
    at = each;
  }
  return call;
}

function subjectOf(call: SyntaxNode | null, node: SyntaxNode): string {
  const [first] = call === null ? [] : argumentsOf(call);
  return first === undefined ? normalised(node.parent ?? node) : normalised(first).slice(0, 300);
}

function titleAround(node: SyntaxNode): string {
  for (const each of ancestors(node)) {
    const [title] = isCall(each) ? argumentsOf(each) : [];
    if (title !== undefined && /string/.test(title.type)) return normalised(title);
  }
  return "";
}

function whenRun(node: SyntaxNode): "always" | "sometimes" {
  for (const each of ancestors(node)) {
    if (/function/.test(each.type)) return "always";
    const condition = each.type === "if_statement" ? childBy(each, "condition") : null;
    if (condition !== null && constantTruth(condition) !== true) return "sometimes";
  }
  return "always";
}

function ofIdentifier(node: SyntaxNode): Skip | null {
  const name = textOf(node);
  const kind = SKIPPING.has(name) ? "always" : FOCUSING.has(name) ? "focus" : null;
  if (kind === null) return null;
  const call = callAround(node);
  const isTitled = call !== null && /string/.test(argumentsOf(call)[0]?.type ?? "");
  const isAlias = node.field === "value" || node.field === "right";
  return isTitled || isAlias ? { kind, of: `${name} ${subjectOf(call, node)}` } : null;
}

/** `it("…", { skip: true }, …)`. */
function ofOption(node: SyntaxNode): Skip | null {
  const key = textOf(childBy(node, "key") ?? node).replaceAll(/["']/g, "");
  const kind = key === "skip" || key === "only" || key === "todo" ? modifierOf(key) : null;
  const call = node.parent?.parent?.parent ?? null;
  if (kind === null || call === null || !isCall(call) || node.parent?.parent?.type !== "arguments") return null;
  if (!namesOf(call).some(isTestName)) return null;
  const value = childBy(node, "value");
  const truth = value === null ? null : constantTruth(value);
  if (truth === false) return null;
  const sure = truth === true || value === null;
  return { kind: sure || kind === "focus" ? kind : "sometimes", of: `${key} ${subjectOf(call, node)}` };
}

/** `const { skip } = it`. */
function ofPattern(node: SyntaxNode): Skip | null {
  const declarator = node.parent?.parent ?? null;
  if (declarator?.type !== "variable_declarator") return null;
  const value = childBy(declarator, "value");
  const name = textOf(childBy(node, "key") ?? node);
  const kind = modifierOf(name);
  return kind !== null && value !== null && isTestName(textOf(value))
    ? { kind, of: `${name} of ${textOf(value)}` }
    : null;
}
