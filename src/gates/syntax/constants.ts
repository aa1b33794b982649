import { unwrapped } from "./calls.ts";
import { normalised } from "./normalised.ts";
import { childBy, partsOf, textOf, walk } from "./syntaxNode.ts";
import type { SyntaxNode } from "./syntaxNode.ts";

const TRUE = new Set(["true", "True"]);
const FALSE = new Set(["false", "False", "null", "None", "nil", "undefined", "0"]);
const LITERALS =
  /^(?:true|false|none|null|nil|undefined|number|integer|float|string|char|.*_literal|string_.*|escape_sequence|interpreted_string_literal_content|unary_expression|binary_expression|parenthesized_expression|comparison_operator|boolean_operator|not_operator|unary_operator|binary_operator|array|list|tuple|true_literal|expression_statement)$/;
/** Of a literal, but not constants: they hold names or calls. */
const NOT_LITERALS = new Set(["composite_literal", "func_literal", "class_literal", "template_string"]);

/** Whether a condition is true, or false, whatever the program does. Null: it depends. */
export function constantTruth(node: SyntaxNode): boolean | null {
  const at = unwrapped(node);
  const text = textOf(at);
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  if (at.type === "tuple") return partsOf(at).length > 0;
  if (isLiteralLeaf(at)) return !/^(?:""|''|``|0|0\.0)$/.test(text);
  const negated = negationOf(at);
  if (negated !== null) return opposite(constantTruth(negated));
  return truthOfPair(at);
}

function isLiteralLeaf(node: SyntaxNode): boolean {
  return (
    /^(?:number|integer|float|int_literal|decimal_integer_literal|integer_literal|string|interpreted_string_literal|string_literal)$/.test(
      node.type,
    ) && !node.children.some((each) => each.type === "interpolation")
  );
}

function negationOf(node: SyntaxNode): SyntaxNode | null {
  if (node.type === "not_operator") return childBy(node, "argument");
  if (node.type !== "unary_expression" || node.children[0]?.type !== "!") return null;
  return partsOf(node)[0] ?? null;
}

function opposite(truth: boolean | null): boolean | null {
  return truth === null ? null : !truth;
}

function truthOfPair(node: SyntaxNode): boolean | null {
  const [left, right] = partsOf(node);
  if (left === undefined || right === undefined) return null;
  const operator = node.children.find((each) => !each.named && each.start >= left.end)?.type ?? "";
  if (operator === "&&" || operator === "and") return both(constantTruth(left), constantTruth(right));
  if (operator === "||" || operator === "or")
    return opposite(both(opposite(constantTruth(left)), opposite(constantTruth(right))));
  if (!/^(?:===?|is|!==?|is not)$/.test(operator)) return null;
  return comparison(left, right, operator.startsWith("!") || operator === "is not");
}

function both(left: boolean | null, right: boolean | null): boolean | null {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : null;
}

function comparison(left: SyntaxNode, right: SyntaxNode, negated: boolean): boolean | null {
  const same = normalised(left) === normalised(right);
  if (same && !hasCall(left)) return !negated;
  return isConstant(left) && isConstant(right) ? same !== negated : null;
}

/** Whether calling it twice may give two answers. */
export function hasCall(node: SyntaxNode): boolean {
  for (const each of walk(node)) if (/call|invocation|await|update|yield|new_expression/.test(each.type)) return true;
  return false;
}

/** Made of literals and operators only. */
export function isConstant(node: SyntaxNode): boolean {
  for (const each of walk(node))
    if (each.named && (!LITERALS.test(each.type) || NOT_LITERALS.has(each.type))) return false;
  return true;
}
