import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

export type Markdown = ReturnType<typeof fromMarkdown>;
export type Block = Markdown["children"][number];

/**
 * The parser is quadratic in each of these: at 65,536 characters (GitHub's limit for a body), input made of nothing else
 * took 10–70 s, or overflowed the stack. Within these bounds the worst found by random search was 2 s; prose takes 0.1 s.
 */
const MAX_LINES = 3000;
const MAX_MARKS = 4000;
const MAX_TAGS = 1000;
const MAX_UNDERLINES = 500;
const MAX_CONTAINERS = 1000;
const MAX_DEPTH = 10;

const MARKS = /[\][<>`|=\\]/g;
const TAGS = /</g;
const UNDERLINES = /^[ \t]*(?:-+|=+)[ \t]*$/gm;
const CONTAINERS = /^(?:[ \t]*(?:>|[-+*](?=\s)|\d{1,9}[.)](?=\s)|\[\^[^\]\n]{0,999}\]:))+/gm;
const CONTAINER = />|[-+*]|\d{1,9}[.)]|\[\^[^\]\n]{0,999}\]:/g;

/**
 * Parses text as GitHub would show it, with positions; null when it is too tangled to be parsed in reasonable time.
 *
 * Emphasis is left as plain text: nobody here needs it, and unclosed emphasis is the parser's slowest case.
 */
export function parseMarkdown(text: string): Markdown | null {
  if (isTangled(text)) return null;
  return fromMarkdown(text, {
    extensions: [gfm(), { disable: { null: ["attention", "strikethrough"] } }],
    mdastExtensions: [gfmFromMarkdown()],
  });
}

function isTangled(text: string): boolean {
  if (count(text, /\n/g) > MAX_LINES) return true;
  if (count(text, MARKS) > MAX_MARKS || count(text, TAGS) > MAX_TAGS) return true;
  if (count(text, UNDERLINES) > MAX_UNDERLINES) return true;
  let containers = 0;
  for (const [prefix] of text.matchAll(CONTAINERS)) {
    const depth = count(prefix, CONTAINER);
    if (depth > MAX_DEPTH) return true;
    containers += depth;
  }
  return containers > MAX_CONTAINERS;
}

function count(text: string, pattern: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(pattern)) found += 1;
  return found;
}
