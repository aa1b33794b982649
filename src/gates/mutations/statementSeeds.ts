import { isCall, namesOf, unwrapped } from "../syntax/calls.ts";
import { leaves } from "../syntax/reach.ts";
import { childBy, partsOf, textOf } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { assertionAt } from "../tampering/assertion.ts";
import { replacing } from "./mutation.ts";
import type { Defect, Seed, Site } from "./mutation.ts";

/** Defects made of whole statements: conditions, guards, calls, handlers of failures, locks. */
export function statementSeeds(site: Site): readonly Seed[] {
  return [negated(site), guard(site), handler(site), callRemoved(site), resource(site), lock(site)].filter(
    (each) => each !== null,
  );
}

const CONDITIONAL = /^(?:if_statement|if_expression|while_statement|while_expression|elif_clause)$/;

function negated({ node, family }: Site): Seed | null {
  const condition = CONDITIONAL.test(node.type) ? childBy(node, "condition") : null;
  if (condition === null || /let_condition|let_chain/.test(condition.type)) return null;
  const inner = unwrapped(condition);
  const text = textOf(inner);
  const plain = /^(?:!|not )\s*(\(?[\w.]+(?:\(\))?\)?)$/.exec(text)?.[1];
  const insert = plain ?? (family === "python" ? `not (${text})` : `!(${text})`);
  return replacing(inner, insert, {
    category: "condition_negated",
    description: "The condition is the wrong way round.",
  });
}

const NULLISH = /\b(?:null|undefined|None|nil|is_none|isNull|isEmpty)\b|^!\s*[\w.]+$|^not [\w.]+$/;
const FAILURE = /\berr(?:or)?\b/;
const VALIDATION =
  /valid|length|\blen\(|isNaN|isInteger|isFinite|max|min|size|limit|pattern|match|regex|typeof|isinstance|schema/i;
const AUTH = /auth|permi[st]|role|admin|owner|allow|access|login|token|csrf|tenant/i;

/** An `if` whose only work is to leave. */
function guard({ node, family }: Site): Seed | null {
  const condition = node.type === "if_statement" || node.type === "if_expression" ? childBy(node, "condition") : null;
  const consequence = childBy(node, "consequence");
  if (condition === null || consequence === null || childBy(node, "alternative") !== null) return null;
  if (!leavesAtLast(consequence)) return null;
  const insert = family === "python" ? "pass" : "";
  return replacing(node, insert, guardSeed(textOf(unwrapped(condition)), family === "go"));
}

function leavesAtLast(consequence: SyntaxNode): boolean {
  const block = consequence.children.find((each) => each.type === "statement_list") ?? consequence;
  const last = partsOf(block).at(-1);
  return goesAway(consequence) || (last !== undefined && goesAway(last));
}

function goesAway(statement: SyntaxNode): boolean {
  return leaves(statement) || /^(?:continue|break)_/.test(statement.type);
}

function guardSeed(condition: string, isGo: boolean): Pick<Seed, "category" | "description"> {
  if (AUTH.test(condition))
    return { category: "auth_weakened", description: "The access check is gone: everybody may." };
  if (isGo && FAILURE.test(condition))
    return {
      category: "error_swallowed",
      description: "The error is ignored, and the code goes on as if it had worked.",
    };
  if (NULLISH.test(condition))
    return { category: "null_check_removed", description: "A value that may be missing is used without a check." };
  if (VALIDATION.test(condition))
    return { category: "validation_removed", description: "Input is taken without being validated." };
  return { category: "guard_removed", description: "The guard is gone: a case that was turned away goes through." };
}

function handler({ node, family }: Site): Seed | null {
  if (node.type !== "catch_clause" && node.type !== "except_clause") return null;
  const body = childBy(node, "body") ?? node.children.findLast((each) => each.type === "block") ?? null;
  if (body === null || partsOf(body).length === 0 || textOf(body) === "pass") return null;
  return replacing(body, family === "python" ? "pass" : "{}", {
    category: "error_swallowed",
    description: "The error is caught and dropped: nobody learns of it, and the code goes on.",
  });
}

const CALLS: readonly (readonly [RegExp, Defect, string])[] = [
  [
    /^(?:lock|Lock|RLock|acquire|acquireLock|lockRow|lockRun)$/,
    "lock_removed",
    "The lock is not taken: two may do this at once.",
  ],
  [
    /^(?:unlock|Unlock|close|Close|dispose|release|destroy|end|shutdown|disconnect|unsubscribe|removeListener|clearTimeout|clearInterval)$/,
    "resource_not_closed",
    "What was opened here is never closed or released.",
  ],
  [
    /^(?:validate|assertValid|check|verify|ensure|sanitize|require|must)/i,
    "validation_removed",
    "Input is taken without being validated.",
  ],
  [/auth|permi[st]/i, "auth_weakened", "The access check is gone: everybody may."],
];

function callRemoved({ node, family, inTestFile }: Site): Seed | null {
  if (node.type !== "expression_statement") return null;
  const [expression] = partsOf(node);
  const call = expression === undefined ? undefined : unwrapped(expression);
  if (expression === undefined || call === undefined || !isCall(call) || isGroup(call)) return null;
  const insert = family === "python" ? "pass" : "";
  if (inTestFile)
    return assertionAt(call, family) === null
      ? null
      : replacing(node, insert, {
          category: "assertion_dropped",
          description: "The test no longer asserts what it is named for.",
        });
  const name = namesOf(call).at(-1) ?? "";
  if (/^(?:log|debug|info|warn|trace|print|println|Println|Printf)$/.test(name)) return null;
  const known = CALLS.find(([pattern]) => pattern.test(name));
  const category = known?.[1] ?? "call_removed";
  const description = known?.[2] ?? `A step is missing: \`${name}\` is no longer called.`;
  return replacing(node, insert, { category, description });
}

/** What holds a function holds too much to be one step. */
function isGroup(call: SyntaxNode): boolean {
  return call.endLine - call.startLine > 6;
}

function resource({ node }: Site): Seed | null {
  const seed = {
    category: "resource_not_closed",
    description: "What was opened here is never closed or released.",
  } as const;
  if (node.type === "defer_statement") {
    const isUnlock = /unlock/i.test(textOf(node));
    return replacing(
      node,
      "",
      isUnlock ? { category: "lock_removed", description: "The lock is never let go." } : seed,
    );
  }
  const body = node.type === "finally_clause" ? (childBy(node, "body") ?? node.children.at(-1)) : undefined;
  if (body === undefined || partsOf(body).length === 0) return null;
  return replacing(body, textOf(body).startsWith("{") ? "{}" : "pass", seed);
}

function lock({ node }: Site): Seed | null {
  const seed = { category: "lock_removed", description: "The lock is not taken: two may do this at once." } as const;
  const body = childBy(node, "body") ?? node.children.findLast((each) => each.type === "block");
  if (body === undefined) return null;
  if (node.type === "synchronized_statement") return replacing({ start: node.start, end: body.start }, "", seed);
  const head = node.source.slice(node.start, body.start);
  if (node.type !== "with_statement" || !/lock|mutex|semaphore/i.test(head)) return null;
  const clause = node.children.find((each) => each.type === "with_clause");
  return clause === undefined ? null : replacing({ start: node.start, end: clause.end }, "if True", seed);
}
