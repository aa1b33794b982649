import { parseMarkdown } from "../markdown/parseMarkdown.ts";
import type { Block } from "../markdown/parseMarkdown.ts";
import { readCommand, unknown } from "./readCommand.ts";
import type { ParsedCommand } from "./readCommand.ts";
import { commandNames } from "./specs.ts";

export type { ParsedCommand } from "./readCommand.ts";
export type { Command } from "./specs.ts";

const MAX_COMMANDS = 10;
/** Parsing grows with the square of hostile input; at this length the worst comment found takes under a second. */
const MAX_BODY_LENGTH = 10_000;

type Paragraph = Extract<Block, { type: "paragraph" }>;

interface CommandLine {
  readonly verb: string;
  readonly rest: string;
  readonly text: string;
}

/**
 * The commands of one comment, in order, as GitHub shows it: a command starts a line of a paragraph. In quotes, lists,
 * code, headings, tables, footnotes, links and HTML it is only talked about.
 *
 * `slug` is the app's name, for `@slug status`; `bare` also takes `/retry`, which is only right where nobody else's
 * commands are typed. A bare word that is no verb is somebody else's business and gets no answer.
 */
export function parseCommands(
  body: string,
  { slug, bare }: { readonly slug: string; readonly bare: boolean },
): readonly ParsedCommand[] {
  const lines = body.replaceAll(/\r\n?/g, "\n").split("\n");
  const read = commandReader(slug, bare);
  const first = lines.find((line) => read(line) !== null);
  if (first === undefined) return [];

  const root = body.length > MAX_BODY_LENGTH ? null : parseMarkdown(lines.join("\n"));
  if (root === null) return [unknown(first, TOO_MUCH, null)];

  const found = spokenParagraphs(root.children)
    .flatMap((paragraph) => plainLineNumbers(paragraph, lines))
    .flatMap((number) => read(lines[number - 1] ?? "") ?? []);
  const commands = found.slice(0, MAX_COMMANDS).map(readCommand);
  const beyond = found[MAX_COMMANDS];
  return beyond === undefined ? commands : [...commands, unknown(beyond.text, TOO_MANY, null)];
}

const TOO_MUCH = `This comment is too long or too tangled to look for commands (at most ${MAX_BODY_LENGTH} characters): put the command into a comment of its own.`;
const TOO_MANY = `A comment may hold at most ${MAX_COMMANDS} commands; this one and those after it were not read.`;

function commandReader(slug: string, bare: boolean): (line: string) => CommandLine | null {
  const names: readonly string[] = commandNames;
  return (line) => {
    const [, first = "", verb = "", rest = ""] = /^\s*(\S+)\s*(\S*)(.*)$/s.exec(line) ?? [];
    const word = first.toLowerCase();
    if (word === "/autopack" || word === `@${slug.toLowerCase()}`) return { verb, rest, text: line };
    if (!bare || !word.startsWith("/") || !names.includes(word.slice(1))) return null;
    return { verb: first.slice(1), rest: verb + rest, text: line };
  };
}

/** Paragraphs that stand on their own, and not between the tags of an HTML quote or listing. */
function spokenParagraphs(nodes: readonly Block[]): readonly Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let depth = 0;
  for (const node of nodes) {
    if (node.type === "html") depth = Math.max(0, depth + quoteDepth(node.value));
    if (node.type === "paragraph" && depth === 0) paragraphs.push(node);
  }
  return paragraphs;
}

function quoteDepth(html: string): number {
  const tags = html.replaceAll(/<!--.*?(?:-->|$)/gs, "").matchAll(/<(\/?)(?:blockquote|pre|code|template)\b/gi);
  let depth = 0;
  for (const [, slash] of tags) depth += slash === "" ? 1 : -1;
  return depth;
}

/** Lines that begin as plain text, rather than inside code, a link or HTML that began on a line before. */
function plainLineNumbers(paragraph: Paragraph, lines: readonly string[]): readonly number[] {
  const { start, end } = paragraph.position ?? {};
  if (start === undefined || end === undefined) return [];
  const numbers: number[] = [];
  let offset = (start.offset ?? 0) - (start.column - 1);
  for (let number = start.line; number <= end.line; number += 1) {
    const line = lines[number - 1] ?? "";
    if (isPlainAt(paragraph, offset + line.search(/\S|$/))) numbers.push(number);
    offset += line.length + 1;
  }
  return numbers;
}

function isPlainAt(paragraph: Paragraph, offset: number): boolean {
  return paragraph.children.some(
    ({ type, position }) =>
      type === "text" && offset >= (position?.start.offset ?? Infinity) && offset < (position?.end.offset ?? -Infinity),
  );
}
