/** A piece of what follows a verb. */
export type Token =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "option"; readonly key: string; readonly text: string };

export type Tokens =
  { readonly kind: "ok"; readonly tokens: readonly Token[] } | { readonly kind: "malformed"; readonly message: string };

const MAX_ARGUMENT_LENGTH = 200;
const TOKEN = /(?:([a-z][a-z0-9_-]*)=)?(?:"((?:[^"\\]|\\.)*)"(?!\S)|([^\s"]+(?!\S)|(?=\s|$)))/iuy;

/**
 * Splits `word key=value key="two words"`. In quotes, `\"` and `\\` stand for themselves; the quotes that phones type count
 * as quotes. Links are refused: no argument is ever an address.
 */
export function tokenize(text: string): Tokens {
  const line = text.replaceAll(/[“”„]/g, '"').trim();
  const tokens: Token[] = [];
  for (let at = 0; at < line.length; at += 1) {
    if (/\s/.test(line.charAt(at))) continue;
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(line);
    if (match === null || match[0] === "")
      return { kind: "malformed", message: "A quotation mark is out of place, or is not closed." };
    const value = match[2]?.replaceAll(/\\(.)/g, "$1") ?? match[3] ?? "";
    const message = refusal(value);
    if (message !== null) return { kind: "malformed", message };
    tokens.push(
      match[1] === undefined
        ? { kind: "word", text: value }
        : { kind: "option", key: match[1].toLowerCase(), text: value },
    );
    at = TOKEN.lastIndex;
  }
  return { kind: "ok", tokens };
}

/** The text that `tokenize` reads back as this value. */
export function formatValue(value: string): string {
  const isSimple = /^[^\s"“”„=\\]+$/.test(value);
  return isSimple ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function refusal(value: string): string | null {
  if (value.length > MAX_ARGUMENT_LENGTH) return `An argument is longer than ${MAX_ARGUMENT_LENGTH} characters.`;
  return linkRefusal(value);
}

/** Why some text is no argument: nothing that Autopack is told is ever an address to be opened. Null when it holds none. */
export function linkRefusal(text: string): string | null {
  return /:\/\/|(?:^|\s)www\./i.test(text) ? "Arguments cannot be links." : null;
}
