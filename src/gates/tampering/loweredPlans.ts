import { argumentsOf, isCall, namesOf } from "../syntax/calls.ts";
import { familyOf, languageOf } from "../syntax/language.ts";
import { textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { linesOf, shown } from "./charge.ts";
import type { Charge } from "./charge.ts";
import type { Kept } from "./testChange.ts";
import type { TestCase } from "./testFile.ts";

/** How many assertions a test says that it makes: `expect.assertions(3)`, `t.plan(3)`, `assert.expect(3)`. */
interface AssertionPlan {
  readonly node: SyntaxNode;
  /** Null: it is not written there. */
  readonly count: number | null;
}

/**
 * Tests that promise fewer assertions than they did, or none: then one that is never reached is not missed. A number that
 * follows the assertions that are left is right; where they are the same as before, nothing but the promise has changed.
 */
export function loweredPlans(kept: readonly Kept[]): readonly Charge[] {
  return kept.flatMap(({ before, after }) => {
    const was = planOf(before);
    if (was === null) return [];
    const is = planOf(after);
    return is === null || isLowered(was, is, after) ? [charge({ before, after }, was, is)] : [];
  });
}

function planOf({ path, body, text }: TestCase): AssertionPlan | null {
  const language = languageOf(path);
  if (body === null || language === null || familyOf(language) !== "script") return null;
  if (!/[aA]ssertions|plan|assert \. expect/.test(text)) return null;
  for (const node of walk(body)) {
    const names = isCall(node) ? namesOf(node).join(".") : "";
    if (names === "expect.hasAssertions") return { node, count: 1 };
    if (/^(?:expect\.assertions|t\.plan|assert\.expect)$/.test(names)) return { node, count: countOf(node) };
  }
  return null;
}

function countOf(call: SyntaxNode): number | null {
  const [count] = argumentsOf(call);
  return count?.type === "number" ? Number(textOf(count)) : null;
}

function isLowered(was: AssertionPlan, is: AssertionPlan, { assertions }: TestCase): boolean {
  if (was.count === null || is.count === null || is.count >= was.count) return false;
  return is.count === 0 || is.count < assertions.length;
}

function charge({ before, after }: Kept, was: AssertionPlan, is: AssertionPlan | null): Charge {
  const isSame = saidBy(before) === saidBy(after);
  const now = is === null ? "no longer says how many assertions it makes" : `says ${shown(textOf(is.node))} now`;
  return {
    rule: "assertion_count_lowered",
    level: isSame ? "blocks" : "warns",
    message: `${shown(before.title)} said ${shown(textOf(was.node))}, and ${now}.`,
    remedy: "Put the number back: without it, an assertion that is never reached goes unnoticed.",
    path: is === null ? before.path : after.path,
    lines: linesOf((is ?? was).node),
    side: is === null ? "before" : "after",
    code: `${before.title} ${textOf((is ?? was).node)}`,
  };
}

function saidBy({ assertions }: TestCase): string {
  return assertions.map(({ text }) => text).join("\0");
}
