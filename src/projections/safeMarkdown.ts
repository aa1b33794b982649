import { escapeMarkdown } from "../commands/escapeMarkdown.ts";
import { quoted } from "../commands/quoted.ts";
import { cutText, plainBlock, plainLine, withoutTerminalCodes } from "../domain/plainText.ts";

/** A space of no width. `plainText` takes these out of people's text, so each one is ours. */
const GAP = "\u200B";

const CODE_SPAN = /(?<!`)`([^`]+)`(?!`)/;

/** Somebody's text as part of a line or a table cell of ours: it shows what was written and does nothing. */
export function cell(text: string, maxLength = 120): string {
  return escapeMarkdown(text, maxLength);
}

/** The same for a sentence in which backticks mark code. Not for table cells. */
export function inline(text: string, maxLength = 600): string {
  return plainLine(text, maxLength)
    .split(CODE_SPAN)
    .map((part, index) => (index % 2 === 1 ? code(part) : escapePart(part)))
    .join("");
}

/** A name as code. Not for table cells. */
export function code(text: string): string {
  return withoutComments(quoted(text, 300));
}

/** Several lines of somebody's text as a code block that nothing in it can end. Cut at the start, or at the end for logs. */
export function fenced(
  text: string,
  options: { readonly maxLength: number; readonly keep?: "start" | "end"; readonly language?: string },
): string {
  const block = plainBlock(withoutTerminalCodes(text));
  const body = withoutComments(
    options.keep === "end" ? cutStart(block, options.maxLength) : cutText(block, options.maxLength),
  );
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${options.language ?? "text"}\n${body}\n${fence}`;
}

/** Folded away until somebody looks. `title` is ours, not somebody's. */
export function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** Somebody's text as a title, which GitHub shows as it is, but whose references it follows in a squashed commit. */
export function titleText(text: string, maxLength = 200): string {
  return plainLine(text, maxLength).replaceAll(/[@#](?=\w)|\bGH-(?=\d)|:(?=\/\/)/gi, `$&${GAP}`);
}

/** Keeps the spaces around a part, which belong to its neighbours as well. */
function escapePart(part: string): string {
  const words = part.trim();
  if (words === "") return part;
  const from = part.indexOf(words);
  return part.slice(0, from) + escapeMarkdown(words, words.length) + part.slice(from + words.length);
}

/** Markers of ours are comments; nobody else's text may hold one, even in code. */
function withoutComments(text: string): string {
  return text.replaceAll("<!--", `<!${GAP}--`);
}

function cutStart(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `…${text.slice(text.length - maxLength + 1).replace(/^[\uDC00-\uDFFF]/, "")}`;
}
