import { familyOf, languageOf } from "../syntax/language.ts";
import { textOf } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { linesOf, shown } from "./charge.ts";
import type { Charge } from "./charge.ts";
import { attributeName, attributesOf } from "./rustTests.ts";
import type { Kept } from "./testChange.ts";
import type { TestCase } from "./testFile.ts";

/** Tests of Rust that were there and now pass where they fail: by `#[should_panic]`, or by one that takes any panic. */
export function expectedPanics(kept: readonly Kept[]): readonly Charge[] {
  return kept.flatMap(({ before, after }) => {
    const is = expectedBy(after);
    if (is === null) return [];
    const was = expectedBy(before);
    if (was === null) return [turned(after, is)];
    return isAny(is) && !isAny(was) ? [anyPanic(after, was, is)] : [];
  });
}

function expectedBy({ path, node }: TestCase): SyntaxNode | null {
  const language = languageOf(path);
  if (language === null || familyOf(language) !== "rust") return null;
  return attributesOf(node).find((each) => attributeName(each) === "should_panic") ?? null;
}

/** Without the text that the panic has to hold. */
function isAny(attribute: SyntaxNode): boolean {
  return !/expected|=\s*"/.test(textOf(attribute));
}

function turned({ path, title }: TestCase, is: SyntaxNode): Charge {
  return {
    rule: "test_inverted",
    level: isAny(is) ? "blocks" : "warns",
    message: `${shown(textOf(is))} lets ${shown(title)} pass where it fails.`,
    remedy: "Take the attribute away; write another test for what has to panic.",
    path,
    lines: linesOf(is),
    side: "after",
    code: `${title} ${textOf(is)}`,
  };
}

function anyPanic({ path, title }: TestCase, was: SyntaxNode, is: SyntaxNode): Charge {
  return {
    rule: "assertion_weakened",
    level: "warns",
    message: `${shown(title)} asked for ${shown(textOf(was))}, and now takes any panic.`,
    remedy: "Say again which panic is expected.",
    path,
    lines: linesOf(is),
    side: "after",
    code: `${title} ${textOf(is)}`,
  };
}
