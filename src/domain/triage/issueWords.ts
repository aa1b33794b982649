const COMMENT = /<!--[^]*?(?:-->|$)/g;
const TAG = /<\/?[a-z][^<>\n]*>/gi;
const IMAGE = /!\[[^\]\n]*\](?:\([^)\n]*\))?/g;
const HEADING = /^[ \t]*#{1,6}[ \t].*$/gm;
const BOX = /^[ \t]*[-*+][ \t]+\[[ xX]\][ \t]*$/gm;
/** What GitHub writes for a field of a form that was left empty. */
const NO_ANSWER = /^[ \t]*_No response_[ \t]*$/gm;
const WORD = /[\p{L}\p{N}]+(?:['’_./-][\p{L}\p{N}]+)*/gu;
/** They are written without spaces; two of these say about as much as a word. */
const SYLLABLES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/gu;

/** What of an issue's body somebody wrote: without the headings and hints of a template, pictures, and what nobody sees. */
export function writtenText(body: string): string {
  return [COMMENT, TAG, IMAGE, HEADING, BOX, NO_ANSWER].reduce((text, pattern) => text.replaceAll(pattern, " "), body);
}

/** How many words a text has, roughly, in any script. */
export function countWords(text: string): number {
  const syllables = text.match(SYLLABLES)?.length ?? 0;
  const words = text.replaceAll(SYLLABLES, " ").match(WORD)?.length ?? 0;
  return words + Math.ceil(syllables / 2);
}
