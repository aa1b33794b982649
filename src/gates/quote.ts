const MAX_LENGTH = 120;

/** What could end the backquotes or the line, and what nobody would see. */
// oxlint-disable-next-line eslint/no-control-regex -- control characters are what is replaced
const UNFIT = /[\u0000-\u001F\u007F-\u009F`\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g;

/** Text of a change inside a sentence: cut, on one line, in backquotes, and with nothing in it that could end them. */
export function quote(text: string): string {
  const plain = text.replaceAll(UNFIT, "\uFFFD");
  return `\`${plain.length > MAX_LENGTH ? `${plain.slice(0, MAX_LENGTH)}…` : plain}\``;
}
