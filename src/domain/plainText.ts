/** Control, invisible and direction-changing characters, and halves of surrogate pairs (PostgreSQL stores none of NUL and those). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
const UNSEEN_IN_BLOCKS = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/gu;

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
