import { parseMarkdown } from "./parseMarkdown.ts";
import type { Block, Markdown } from "./parseMarkdown.ts";
import type { Edit } from "./visibleHtml.ts";
import { shownEntities } from "./shownEntities.ts";
import { hiddenRanges, tagEdits, withoutTags } from "./visibleHtml.ts";

type Node = Markdown | Block;

const MAX_URL_LENGTH = 500;
const IMAGE = "[image]";

/**
 * Markdown as a person sees it on GitHub, who reads neither comments, attributes, titles of links, texts of images, info strings
 * of code, unused definitions nor surplus cells of tables. What such a person sees stays, `<details>` that are folded included.
 *
 * It is for reading, not for parsing again: escapes and entities may have become what they stand for. Invisible characters are not
 * looked at here. Text that is too tangled to be parsed loses everything that looks like any of these.
 */
export function visibleMarkdown(text: string): string {
  const root = parseMarkdown(text);
  if (root === null) return roughly(text);
  const uses = usesOf(root, text);
  const edits = [...editsOf(root, uses), ...hiddenRanges(uses.html)].toSorted(
    (left, right) => left.start - right.start || right.end - left.end,
  );
  let shown = "";
  let from = 0;
  for (const { start, end, text: instead } of edits) {
    if (end <= from) continue;
    // What begins inside something that was taken out has lost its beginning.
    if (start >= from) shown += text.slice(from, start) + instead;
    from = end;
  }
  return shown + text.slice(from);
}

interface Uses {
  readonly source: string;
  /** URLs by identifier. */
  readonly definitions: ReadonlyMap<string, string>;
  readonly footnotes: ReadonlySet<string>;
  /** Pieces of HTML in the order of the text. */
  readonly html: readonly { readonly start: number; readonly value: string }[];
}

function usesOf(root: Markdown, source: string): Uses {
  const definitions = new Map<string, string>();
  const footnotes = new Set<string>();
  const html: { readonly start: number; readonly value: string }[] = [];
  for (const node of nodesOf(root)) {
    if (node.type === "definition" && !definitions.has(node.identifier)) definitions.set(node.identifier, node.url);
    if (node.type === "footnoteReference") footnotes.add(node.identifier);
    if (node.type === "html") html.push({ start: startOf(node), value: source.slice(startOf(node), endOf(node)) });
  }
  return { source, definitions, footnotes, html: html.toSorted((left, right) => left.start - right.start) };
}

function nodesOf(root: Node): readonly Node[] {
  const nodes: Node[] = [root];
  for (const node of nodes) if ("children" in node) nodes.push(...node.children);
  return nodes;
}

function editsOf(root: Node, uses: Uses): readonly Edit[] {
  return nodesOf(root).flatMap((node) => editsAt(node, uses));
}

function editsAt(node: Node, uses: Uses): readonly Edit[] {
  const whole = (text: string): readonly Edit[] => [{ start: startOf(node), end: endOf(node), text }];
  const source = uses.source.slice(startOf(node), endOf(node));
  switch (node.type) {
    case "definition":
      return whole("");
    case "footnoteDefinition":
      return uses.footnotes.has(node.identifier) ? [] : whole("");
    case "image":
    case "imageReference":
      return whole(IMAGE);
    case "link":
      return source.startsWith("[") ? aroundText(node, node.url) : [];
    case "linkReference":
      return aroundText(node, uses.definitions.get(node.identifier) ?? "");
    case "code":
      return whole(withoutInfo(source));
    case "table":
      return node.children.flatMap((row) => surplus(row.children, node.children[0]?.children.length ?? 0));
    case "html":
      return tagEdits(source).map((edit) => ({
        ...edit,
        start: startOf(node) + edit.start,
        end: startOf(node) + edit.end,
      }));
    case "text":
      return source.includes("&") ? whole(shownEntities(source)) : [];
    case "root":
    case "blockquote":
    case "break":
    case "delete":
    case "emphasis":
    case "footnoteReference":
    case "heading":
    case "inlineCode":
    case "list":
    case "listItem":
    case "paragraph":
    case "strong":
    case "tableCell":
    case "tableRow":
    case "thematicBreak":
    case "yaml":
      return [];
  }
}

/** Only the text of a link is seen. One without any is not. */
function aroundText(node: Extract<Node, { type: "link" | "linkReference" }>, url: string): readonly Edit[] {
  const [first] = node.children;
  const last = node.children.at(-1);
  if (first === undefined || last === undefined) return [{ start: startOf(node), end: endOf(node), text: "" }];
  return [
    { start: startOf(node), end: startOf(first), text: "[" },
    { start: endOf(last), end: endOf(node), text: `](${target(url)})` },
  ];
}

function target(url: string): string {
  if (/^(?!https?:|mailto:)[a-z][a-z0-9+.-]*:/i.test(url)) return "";
  return url.length > MAX_URL_LENGTH ? "" : url.replaceAll(/[\s()]/g, (sign) => encodeURIComponent(sign));
}

/** Of fenced code, nobody sees what stands behind the opening fence. */
function withoutInfo(source: string): string {
  return source.replace(/^(`{3,}|~{3,}).*/, "$1");
}

/** A row shows as many cells as its table has columns. */
function surplus(cells: readonly Node[], columns: number): readonly Edit[] {
  const first = cells[columns];
  const last = cells.at(-1);
  return first === undefined || last === undefined ? [] : [{ start: startOf(first), end: endOf(last), text: "|" }];
}

function roughly(text: string): string {
  return shownEntities(withoutTags(text))
    .replaceAll(/!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])?/g, IMAGE)
    .replaceAll(/^[ \t>]*\[[^\]\n]+\]:.*$/gm, "")
    .replaceAll(/\]\(([^\s)]*)\s[^)\n]*\)/g, "]($1)")
    .replaceAll(/^([ \t>]*(?:`{3,}(?=[^`\n]*$)|~{3,})).*$/gm, "$1");
}

function startOf({ position }: Node): number {
  return position?.start.offset ?? 0;
}

function endOf({ position }: Node): number {
  return position?.end.offset ?? 0;
}
