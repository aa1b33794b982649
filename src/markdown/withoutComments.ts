import type { Markdown } from "./parseMarkdown.ts";

const COMMENT = /<!--.*?(?:-->|$)/gs;

/**
 * Takes HTML comments out of Markdown: what nobody sees must not steer an agent. Those shown as code stay, and so do line
 * ends, so that every line keeps its number.
 *
 * `root` is the parsed text; null when it could not be parsed, and then comments in code go, too.
 */
export function withoutComments(text: string, root: Markdown | null): string {
  if (root === null) return blank(text);
  let kept = "";
  let from = 0;
  for (const { start, end } of htmlRanges(root)) {
    kept += text.slice(from, start) + blank(text.slice(start, end));
    from = end;
  }
  return kept + text.slice(from);
}

function blank(html: string): string {
  return html.replaceAll(COMMENT, (comment) => comment.replaceAll(/[^\n]+/g, ""));
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function htmlRanges(root: Markdown): readonly Range[] {
  const ranges: Range[] = [];
  const open: (Markdown | Markdown["children"][number])[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { start, end } = node.position ?? {};
    if (node.type === "html") ranges.push({ start: start?.offset ?? 0, end: end?.offset ?? 0 });
    if ("children" in node) open.push(...node.children);
  }
  return ranges.toSorted((left, right) => left.start - right.start);
}
