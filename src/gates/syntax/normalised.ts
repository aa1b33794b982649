import { isComment, textOf, walk } from "./syntaxNode.ts";
import type { SyntaxNode } from "./syntaxNode.ts";

/** What a formatter adds and takes away. */
const PUNCTUATION = new Set([",", ";", "(", ")", "\n", ""]);
const STRINGS = new Set(["string", "interpreted_string_literal", "string_literal"]);

/** Code as words, without what formatting and comments change: two pieces that say the same are equal. */
export function normalised(node: SyntaxNode): string {
  return wordsOf(node).join(" ");
}

export function wordsOf(node: SyntaxNode): readonly string[] {
  const words: string[] = [];
  for (const each of walk(node, (it) => !isComment(it) && !isPlainString(it))) {
    const word = wordOf(each);
    if (word !== null && !PUNCTUATION.has(word)) words.push(word);
  }
  return words;
}

function wordOf(node: SyntaxNode): string | null {
  if (isComment(node)) return null;
  if (isPlainString(node)) return `"${textOf(node).replaceAll(/^[a-z]*("""|'''|["'])|("""|'''|["'])$/gi, "")}"`;
  return node.children.length === 0 ? textOf(node).trim() : null;
}

/** One without code in it. */
function isPlainString(node: SyntaxNode): boolean {
  return STRINGS.has(node.type) && !node.children.some((each) => each.type === "interpolation");
}
