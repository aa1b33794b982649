import { argumentsOf, beforeOf, isCall, namesOf, unwrapped } from "../syntax/calls.ts";
import { childBy, partsOf, textOf } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { replacing } from "./mutation.ts";
import type { Defect, Seed, Site } from "./mutation.ts";

const AUTH = /auth|permi[st]|role|admin|owner|allow|access|login|token|csrf|tenant|\bcan[A-Z_]/i;

/** Defects within an expression: operators, arguments, what is awaited, what is checked before it is used. */
export function expressionSeeds({ node, family }: Site): readonly Seed[] {
  const found: (Seed | null)[] = [operator(node), awaitDropped(node), literal(node), optional(node)];
  if (isCall(node) && family !== "other")
    found.push(swapped(node), unhandled(node), unchecked(node), concatenated(node), ...secret(node));
  return found.filter((each) => each !== null);
}

interface Swap {
  readonly to: string;
  readonly category: Defect;
  readonly description: string;
}

const BOUNDARY = "The comparison is off by one: the boundary value is on the wrong side.";
const SWAPS: Readonly<Record<string, Swap>> = {
  "<": { to: "<=", category: "off_by_one", description: BOUNDARY },
  "<=": { to: "<", category: "off_by_one", description: BOUNDARY },
  ">": { to: ">=", category: "off_by_one", description: BOUNDARY },
  ">=": { to: ">", category: "off_by_one", description: BOUNDARY },
  "==": {
    to: "!=",
    category: "wrong_operator",
    description: "The comparison is the wrong way round: `!=` where `==` is meant.",
  },
  "===": {
    to: "!==",
    category: "wrong_operator",
    description: "The comparison is the wrong way round: `!==` where `===` is meant.",
  },
  "-": { to: "+", category: "wrong_operator", description: "The operator is wrong: it adds where it should subtract." },
  "*": { to: "+", category: "wrong_operator", description: "The operator is wrong: it adds where it should multiply." },
  "&&": {
    to: "||",
    category: "wrong_operator",
    description: "The conditions are joined by `||` where both have to hold.",
  },
  and: {
    to: "or",
    category: "wrong_operator",
    description: "The conditions are joined by `or` where both have to hold.",
  },
};

function operator(node: SyntaxNode): Seed | null {
  if (!/^(?:binary_expression|binary_operator|comparison_operator|boolean_operator)$/.test(node.type)) return null;
  const token = node.children.find(({ named, type }) => !named && Object.hasOwn(SWAPS, type));
  const swap = token === undefined ? undefined : SWAPS[token.type];
  if (token === undefined || swap === undefined) return null;
  const isAuth = (token.type === "&&" || token.type === "and") && AUTH.test(textOf(node));
  return replacing(token, swap.to, {
    category: isAuth ? "auth_weakened" : swap.category,
    description: isAuth
      ? "The access check is weakened: one of its conditions is enough where all have to hold."
      : swap.description,
  });
}

function awaitDropped(node: SyntaxNode): Seed | null {
  if (node.type !== "await_expression" && node.type !== "await") return null;
  const [awaited] = partsOf(node);
  if (awaited === undefined) return null;
  return replacing(node, textOf(awaited), {
    category: "await_dropped",
    description: "The result is used, or the next step taken, without waiting for it: the `await` is missing.",
  });
}

function literal(node: SyntaxNode): Seed | null {
  const { parent } = node;
  const isReturned =
    parent?.type === "return_statement" ||
    (parent?.type === "expression_list" && parent.parent?.type === "return_statement");
  if (!isReturned && parent?.type !== "return_expression") return null;
  const insert = otherLiteral(textOf(node));
  const seed = { category: "constant_changed", description: "The returned constant is wrong." } as const;
  return insert === null ? null : replacing(node, insert, seed);
}

function otherLiteral(text: string): string | null {
  const others: Readonly<Record<string, string>> = { true: "false", false: "true", True: "False", False: "True" };
  if (Object.hasOwn(others, text)) return others[text] ?? null;
  return /^\d{1,9}$/.test(text) ? String(Number(text) + 1) : null;
}

/** `a?.b` becomes `a.b`. */
function optional(node: SyntaxNode): Seed | null {
  if (node.type !== "optional_chain" || node.parent?.type !== "member_expression") return null;
  return replacing(node, ".", {
    category: "null_check_removed",
    description: "A value that may be missing is used without a check: the optional chaining is gone.",
  });
}

function swapped(call: SyntaxNode): Seed | null {
  const [first, second] = argumentsOf(call);
  if (first === undefined || second === undefined || call.type === "macro_invocation") return null;
  if (
    ![first, second].every((each) =>
      /^(?:identifier|member_expression|attribute|selector_expression|field_access)$/.test(each.type),
    )
  )
    return null;
  const between = call.source.slice(first.end, second.start);
  if (textOf(first) === textOf(second)) return null;
  return replacing({ start: first.start, end: second.end }, `${textOf(second)}${between}${textOf(first)}`, {
    category: "arguments_swapped",
    description: `The arguments ${textOf(first)} and ${textOf(second)} are in the wrong order.`,
  });
}

/** `work().catch(…)` becomes `work()`. */
function unhandled(call: SyntaxNode): Seed | null {
  const callee = beforeOf(call);
  if (callee?.type !== "member_expression" || textOf(childBy(callee, "property") ?? callee) !== "catch") return null;
  const promise = childBy(callee, "object");
  if (promise === null) return null;
  return replacing(call, textOf(promise), {
    category: "promise_unhandled",
    description: "Nobody handles the failure of this promise any more.",
  });
}

const NORMALISING =
  /^(?:resolve|normalize|normalise|basename|realpath|realpathSync|Clean|canonicalize|secure_filename|normpath|abspath|toRealPath|sanitize\w*)$/;

function unchecked(call: SyntaxNode): Seed | null {
  const names = namesOf(call);
  const last = argumentsOf(call).at(-1) ?? beforeValue(call);
  if (!NORMALISING.test(names.at(-1) ?? "") || last === null || names[0] === "Promise") return null;
  return replacing(call, textOf(last), {
    category: "path_traversal",
    description: "The path is used as it came, without being normalised: `../` leads out of the folder.",
  });
}

function beforeValue(call: SyntaxNode): SyntaxNode | null {
  const callee = beforeOf(call);
  return callee === null ? null : beforeOf(callee);
}

/** The parameter of a query goes into its text. */
function concatenated(call: SyntaxNode): Seed | null {
  if (
    !/^(?:query|execute|exec|raw|prepare|QueryRow|Query|Exec|queryForObject|queryForList|fetch|fetchrow)$/.test(
      namesOf(call).at(-1) ?? "",
    )
  )
    return null;
  const [sql, given] = argumentsOf(call);
  if (sql === undefined || given === undefined) return null;
  const parameter = /^(?:array|list|tuple)$/.test(given.type) ? partsOf(given)[0] : given;
  const text = textOf(sql);
  const place = /\$1|\?|%s|:\w+/.exec(text);
  const mark = text.at(0) ?? "";
  if (
    parameter === undefined ||
    place === null ||
    !/["'`]/.test(mark) ||
    !/\b(?:select|insert|update|delete)\b/i.test(text)
  )
    return null;
  const quotes = mark === "'" ? '"' : "'";
  const joined = `${text.slice(0, place.index)}${quotes}${mark} + ${textOf(parameter)} + ${mark}${quotes}${text.slice(place.index + place[0].length)}`;
  return replacing({ start: sql.start, end: given.end }, joined, {
    category: "sql_concatenated",
    description: "The query is put together from text that comes from outside: SQL injection.",
  });
}

/** Made here, so that no scanner takes it for a real one. */
const SECRET = ["sk", "live", "4eC39HqLyjWDarjtT1zdp7dc"].join("_");

function secret(call: SyntaxNode): readonly Seed[] {
  const names = namesOf(unwrapped(call)).join(".");
  if (!/^(?:os\.getenv|os\.environ\.get|os\.Getenv|System\.getenv|(?:std\.)?env\.var)$/.test(names)) return [];
  return [replacing(call, `"${SECRET}"`, HARD_CODED)];
}

const HARD_CODED = {
  category: "secret_hard_coded",
  description: "A credential stands in the code instead of coming from the environment.",
} as const;

/** `process.env.KEY`. */
export function environmentSeed({ node }: Site): Seed | null {
  const isRead = node.type === "member_expression" || node.type === "subscript_expression" || node.type === "subscript";
  if (!isRead || !/^(?:process\.env[.[]|os\.environ\[)/.test(textOf(node)) || node.field === "left") return null;
  return replacing(node, `"${SECRET}"`, HARD_CODED);
}
