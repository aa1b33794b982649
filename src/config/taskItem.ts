import { plainBlock, plainLine } from "../domain/plainText.ts";
import type { Block } from "../markdown/parseMarkdown.ts";
import { MAX_TITLE_LENGTH } from "./planSchema.ts";

type List = Extract<Block, { type: "list" }>;
type ListItem = List["children"][number];

/** One entry of a task list that stands on its own, not inside another entry or a quote. */
export interface TaskItem {
  readonly isDone: boolean;
  /** The first line, as Markdown. */
  readonly firstLine: string;
  /** All of it, what is nested included, without the box. */
  readonly text: string;
  readonly line: number;
}

/** The entries with boxes of one list. */
export function taskItems(list: List, source: string): readonly TaskItem[] {
  return list.children.flatMap((item) => {
    const text = textOf(item, source);
    if (typeof item.checked !== "boolean" || text === "") return [];
    const [firstLine = ""] = text.split("\n");
    return [{ isDone: item.checked, firstLine, text, line: item.position?.start.line ?? 1 }];
  });
}

export function isList(node: Block): node is List {
  return node.type === "list";
}

/** Whether text may hold a task list, without parsing it as Markdown. */
export function mayHoldTasks(text: string): boolean {
  return /^[ \t]*(?:[-+*]|\d+[.)])[ \t]+\[[ \tx]\]/im.test(text);
}

/** A line of Markdown as a title: no bold, no invisible characters, cut to size. */
export function toTitle(markdown: string): string {
  return plainLine(markdown.replaceAll(/\*\*(?=\S)([^*`\n]+)(?<=\S)\*\*/g, "$1"), MAX_TITLE_LENGTH);
}

/** What a title leaves out: all of it when the title was cut. */
export function beyondTitle(item: TaskItem, title: string): string {
  return title.endsWith("…") ? item.text : plainBlock(item.text.slice(item.firstLine.length));
}

function textOf(item: ListItem, source: string): string {
  const [first] = item.children;
  const from = first?.position?.start.offset ?? 0;
  const to = item.position?.end.offset ?? 0;
  const [firstLine = "", ...others] = source.slice(from, to).split("\n");
  return plainBlock([firstLine.trim(), ...dedented(others)].join("\n"));
}

function dedented(lines: readonly string[]): readonly string[] {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const least = Math.min(...indents, 20);
  return lines.map((line) => line.slice(Math.min(least, line.search(/\S|$/))));
}
