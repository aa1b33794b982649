/**
 * Control, invisible and direction-changing characters, and halves of surrogate pairs (PostgreSQL stores none of NUL and those).
 * Invisible is what Unicode says need not be shown, from fillers to tags; but the selector that makes a picture of the character
 * before it may stay there.
 */
const INVISIBLE = String.raw`(?![\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]`;
const STRAY_SELECTOR = String.raw`(?<!\p{Extended_Pictographic})[\uFE0E\uFE0F](?!\u20E3)`;
const UNSEEN = new RegExp(`${INVISIBLE}|${STRAY_SELECTOR}`, "gu");
const UNSEEN_IN_BLOCKS = new RegExp(String.raw`(?![\n\t])${INVISIBLE}|${STRAY_SELECTOR}`, "gu");
/** Colours, cursor moves, titles and links of terminals. */
const TERMINAL = new RegExp(
  String.raw`\u001B(?:\[[0-9:;<=>?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001B\n]*(?:\u0007|\u001B\\)|[()][0-2AB]|[78=>])|\u009B[0-9:;<=>?]*[ -/]*[@-~]`,
  "g",
);

/**
 * Somebody's text as one line that shows all there is to it, cut to `maxLength` UTF-16 units with an ellipsis.
 *
 * Joiners go too, so a compound emoji falls into its parts: a title that lies is worse.
 */
export function plainLine(text: string, maxLength: number): string {
  return cutText(text.replaceAll(/\s/g, " ").replaceAll(UNSEEN, "").replaceAll(/ +/g, " ").trim(), maxLength);
}

/** Somebody's text over several lines, with nothing invisible in it. Line ends become `\n`. */
export function plainBlock(text: string): string {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(UNSEEN_IN_BLOCKS, "")
    .replace(/^(?:[ \t]*\n)+/, "")
    .trimEnd();
}

/** A program's output without what only a terminal would obey. Takes out whole sequences, where `plainBlock` would leave their rests. */
export function withoutTerminalCodes(text: string): string {
  return text.replaceAll(TERMINAL, "");
}

/** Somebody's text with all that is invisible in it written out as `⟨U+202E⟩`, for whoever has to judge it. Line ends stay. */
export function spelledOut(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(UNSEEN_IN_BLOCKS, (unseen) => {
    const code = (unseen.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `⟨U+${code.padStart(4, "0")}⟩`;
  });
}

/** Whether text holds nothing that `plainBlock` would take out. */
export function isPlain(text: string): boolean {
  return text.search(UNSEEN_IN_BLOCKS) === -1;
}

/** Cuts to `maxLength` UTF-16 units, the ellipsis included, never through a character. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text
    .slice(0, maxLength - 1)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trimEnd()}…`;
}
