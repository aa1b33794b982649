import { shownEntities } from "./shownEntities.ts";

/** A piece of a text and what stands in its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Comments, declarations, and tags as far as they go: one that is not closed ends with its text. */
const MARKUP =
  /<!--(?:-?>|.*?(?:-->|--!>|$))|<!\[CDATA\[.*?(?:\]\]>|$)|<[!?][^>]*>?|<(\/?)([a-z][^\s/>]*)((?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^"'>])*)>?/gis;

/** Without them nothing is missing that anybody saw: what they hold is not shown. */
const NEVER_SHOWN = new Set(["script", "template", "noscript"]);
const HIDDEN =
  /\shidden(?=[\s=/]|$)|\sstyle\s*=[^>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]))/i;
const VOID = new Set([
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "source",
  "track",
  "wbr",
]);

/** What looks like a comment or a tag in text that could not be parsed. Nothing there is taken for one that is not closed. */
const CLOSED_MARKUP = /<!--.*?(?:-->|$)|<\/?[a-z][^<>\n]*>/gis;

/** What stands in the place of comments and tags of HTML: nothing, or the name of a picture. What stands between them stays. */
export function tagEdits(html: string): readonly Edit[] {
  const edits: Edit[] = [];
  let from = 0;
  for (const match of html.matchAll(MARKUP)) {
    edits.push({ start: from, end: match.index, text: shownEntities(html.slice(from, match.index)) });
    from = match.index + match[0].length;
    edits.push({ start: match.index, end: from, text: shownFor(match[2]) });
  }
  return [...edits, { start: from, end: html.length, text: shownEntities(html.slice(from)) }];
}

function shownFor(typed: string | undefined): string {
  const name = typed?.toLowerCase();
  if (name === "img") return "[image]";
  return name === "br" || name === "td" || name === "th" ? " " : "";
}

/** The same for text that could not be parsed. */
export function withoutTags(text: string): string {
  return text.replaceAll(CLOSED_MARKUP, (markup) => (/^<img\b/i.test(markup) ? "[image]" : ""));
}

/**
 * What lies in elements that say they are hidden, whatever Markdown stands between their tags. GitHub drops such attributes
 * and shows the text; elsewhere it is not seen. An element that is never closed hides nothing.
 */
export function hiddenRanges(pieces: readonly { readonly start: number; readonly value: string }[]): readonly Edit[] {
  const ranges: Edit[] = [];
  let open: { readonly name: string; readonly start: number; depth: number } | null = null;
  for (const tag of pieces.flatMap(tagsOf)) {
    if (open === null) {
      if (tag.hides) open = { name: tag.name, start: tag.start, depth: 1 };
    } else if (tag.name === open.name) {
      open.depth += tag.closes ? -1 : 1;
      if (open.depth > 0) continue;
      ranges.push({ start: open.start, end: tag.end, text: "" });
      open = null;
    }
  }
  return ranges;
}

interface Tag {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly closes: boolean;
  readonly hides: boolean;
}

function tagsOf({ start, value }: { readonly start: number; readonly value: string }): readonly Tag[] {
  return [...value.matchAll(MARKUP)].flatMap(({ 0: { length }, 1: slash, 2: typed, 3: attributes = "", index }) => {
    const name = typed?.toLowerCase();
    if (name === undefined || VOID.has(name)) return [];
    const closes = slash === "/";
    const hides = !closes && (NEVER_SHOWN.has(name) || HIDDEN.test(attributes));
    return [{ name, start: start + index, end: start + index + length, closes, hides }];
  });
}
