import { plainLine } from "../domain/plainText.ts";

const MAX_LENGTH = 200;

/**
 * Somebody's text as a Markdown code span, cut: mentions, links, references, HTML and commands in it stay asleep.
 * Empty text gives an empty pair of quotation marks, because a code span cannot be empty.
 */
export function quoted(text: string, maxLength = MAX_LENGTH): string {
  const line = plainLine(text, maxLength);
  if (line === "") return '""';
  const longestRun = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longestRun + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}
