import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatValue, tokenize } from "../../src/commands/tokens.ts";

const word = (text: string) => ({ kind: "word", text });
const option = (key: string, text: string) => ({ kind: "option", key, text });

test.each([
  ["", []],
  ["  one   two ", [word("one"), word("two")]],
  ['Reason="flaky test" phase=2 x=', [option("reason", "flaky test"), option("phase", "2"), option("x", "")]],
  [String.raw`"say \"hi\"" a\b`, [word('say "hi"'), word(String.raw`a\b`)]],
  ["reason=“typed on a phone”", [option("reason", "typed on a phone")]],
  ["+5 1=2 =x", [word("+5"), word("1=2"), word("=x")]],
])("%s", (text, tokens) => {
  expect(tokenize(text)).toEqual({ kind: "ok", tokens });
});

test.each([
  '"open',
  'a="open',
  '"a"b',
  'a"b',
  '"',
  "https://example.com",
  'a="http://x"',
  "www.x.com",
  "x".repeat(201),
])("refused: %s", (text) => {
  expect(tokenize(text)).toMatchObject({ kind: "malformed" });
});

test("any value survives being written and read", () => {
  const values = fc
    .string({ unit: "grapheme", maxLength: 50 })
    .map((text) => text.replaceAll(/[“”„\s]|:\/\/|^www/g, " "));
  fc.assert(
    fc.property(values, (value) => {
      expect(tokenize(`${formatValue(value)} key=${formatValue(value)}`)).toEqual({
        kind: "ok",
        tokens: [word(value), option("key", value)],
      });
    }),
  );
});
