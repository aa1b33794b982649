const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi;

/** Names of characters that are not seen, from the list that HTML has. */
const UNSEEN_NAMES = new Set(
  "af applyfunction ic invisiblecomma invisibletimes it lrm negativemediumspace negativethickspace negativethinspace negativeverythinspace nobreak rlm shy zerowidthspace zwj zwnj".split(
    " ",
  ),
);
/** They would become markup. */
const MARKUP = new Set(["<", ">", "&"]);

/** Writes references by number as the characters they stand for, and takes out those by name that show nothing. */
export function shownEntities(text: string): string {
  return text.replaceAll(REFERENCE, (reference: string, ...[hex, decimal, name]: readonly string[]) => {
    if (name !== undefined) return UNSEEN_NAMES.has(name.toLowerCase()) ? "" : reference;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code === 0 || code > 0x10ffff) return "\uFFFD";
    const character = String.fromCodePoint(code);
    return MARKUP.has(character) ? reference : character;
  });
}
