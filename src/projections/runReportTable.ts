import { plainLine, withoutTerminalCodes } from "../domain/plainText.ts";

/** How something is meant; how that looks is the painter's business. */
export type Style = "plain" | "strong" | "faint" | "good" | "bad" | "busy";

export type Paint = (text: string, style: Style) => string;

/** For files, pipes and NO_COLOR. */
export function noPaint(text: string): string {
  return text;
}

const CODES: Readonly<Record<Style, string>> = {
  plain: "",
  strong: "1",
  faint: "2",
  good: "32",
  bad: "31",
  busy: "33",
};

/** For terminals. */
export function ansiPaint(text: string, style: Style): string {
  return CODES[style] === "" || text === "" ? text : `\u001B[${CODES[style]}m${text}\u001B[0m`;
}

/** Somebody's text as one line that a terminal shows and does not obey. */
export function shownLine(text: string, maxLength: number): string {
  return plainLine(withoutTerminalCodes(text), maxLength);
}

/** A cell of a table, or a part of a line. The text is somebody's: it is shown as one plain line. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Longer texts are cut. Default 60. */
  readonly max?: number;
}

/** Lines with every column as wide as its widest cell, two spaces apart, and nothing after the last one. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | Cell)[])[],
  paint: Paint,
): readonly string[] {
  const body = rows.map((row) => columns.map((column, index) => toCell(row[index] ?? "", column.max ?? 60)));
  const head = columns.map(({ title }): Cell => ({ text: title, style: "faint" }));
  const all = columns.every(({ title }) => title === "") ? body : [head, ...body];
  const widths = columns.map((_, index) => Math.max(0, ...all.map((row) => width(row[index]?.text ?? ""))));
  return all.map((row) =>
    row
      .map((cell, index) => padded(cell, { width: widths[index] ?? 0, align: columns[index]?.align ?? "left", paint }))
      .join("  ")
      .trimEnd(),
  );
}

function toCell(value: string | Cell, max: number): Cell {
  const cell = typeof value === "string" ? { text: value } : value;
  return { ...cell, text: shownLine(cell.text, max) };
}

function padded(
  { text, style }: Cell,
  to: { readonly width: number; readonly align: "left" | "right"; readonly paint: Paint },
): string {
  const space = " ".repeat(Math.max(0, to.width - width(text)));
  const painted = to.paint(text, style ?? "plain");
  return to.align === "right" ? space + painted : painted + space;
}

/** Wide in every terminal: East Asian scripts and pictures. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u;

/** Columns that a plain line takes in a terminal. */
function width(text: string): number {
  let columns = 0;
  for (const character of text.normalize("NFC")) {
    if (/\p{M}/u.test(character)) continue;
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}
