import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorKey } from "../../../src/domain/failures/errorKey.ts";

const number = fc.nat({ max: 60_000 });
const hex = fc.stringMatching(/^a1[0-9a-f]{38}$/);
const name = fc.stringMatching(/^[a-zXYZ0-9_]{1,8}$/);
const at = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
const seconds = fc.integer({ min: 0, max: 99_999 }).map((ms) => ms / 1000);

/** One error as the tries of a phase print it: everything in it that may differ, differs. */
const tries = fc
  .record({ line: number, column: number, port: number, pid: number, id: fc.uuid(), hex, folder: name, at, seconds })
  .map((now) =>
    [
      `\u001b[31mci\u001b[0m: \`npm test\` exited with 1 at ${now.at.toISOString()}`,
      `(node:${now.pid}) listening on 127.0.0.1:${now.port}, port ${now.port}, pid ${now.pid}`,
      `/tmp/autopack-${now.folder}/checkout/src/greet.test.js:${now.line}:${now.column}`,
      `src/greet.ts(${now.line},${now.column}): error TS2322: no; request ${now.id}, commit ${now.hex}`,
      ` ${now.line} |   return 'hello';`,
      `expected 3, got 4${" ".repeat(1 + (now.line % 3))}(${now.seconds}s, duration_ms ${now.seconds})`,
      `ok ${now.line} - something else`,
    ].join(now.line % 2 === 0 ? "\n" : "\r\n\n"),
  );

function isOwnKey(text: string): void {
  const key = errorKey(text);
  expect(errorKey(key)).toBe(key);
  expect(key.length).toBeLessThanOrEqual(2000);
}

describe("the key of an error", () => {
  test("does not know what differs from try to try", () => {
    fc.assert(
      fc.property(tries, tries, (one, other) => {
        expect(errorKey(one)).toBe(errorKey(other));
      }),
    );
  });

  test("is its own key", () => {
    fc.assert(fc.property(fc.oneof(tries, fc.string({ unit: "binary", maxLength: 400 })), isOwnKey));
    const pieces = fc.constantFrom(
      "/tmp/",
      "12",
      "ab12cd3",
      ":",
      "1s",
      "\n",
      " ",
      "port ",
      "<tmp>",
      "\u001b[1m",
      "x.js",
      "|",
    );
    fc.assert(fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => isOwnKey(parts.join(""))));
  });

  test.each([
    ["AssertionError: expected 3, got 4", "AssertionError: expected 3, got 5"],
    ["expected 'hello' to equal 'bye'", "expected 'hello' to equal 'good day'"],
    ["src/a.test.js:1:1 failed", "src/b.test.js:1:1 failed"],
    ["Cannot find module 'zod'", "Cannot find module 'pino'"],
    ["“test” exited with 1", "“test” exited with 2"],
    ["not ok 1 - greets by name", "not ok 1 - greets nobody"],
  ])("tells %s from %s", (one, other) => {
    expect(errorKey(one)).not.toBe(errorKey(other));
  });

  test("takes an error that was not answered for the same one, however often", () => {
    const error = "ci: `npm test` exited with 1";
    const once = `The attempt changed nothing in answer to this:\n\n${error}`;
    expect(errorKey(once)).toBe(errorKey(error));
    expect(errorKey(`The attempt changed nothing in answer to this:\n\n${once}`)).toBe(errorKey(error));
  });

  test("of a long output begins where it speaks of what went wrong", () => {
    const noise = Array.from({ length: 200 }, (_, index) => `compiling part ${"i".repeat(index % 9)} of many`).join(
      "\n",
    );
    expect(errorKey(`${noise}\nError: expected 3, got 4`)).not.toBe(errorKey(`${noise}\nError: expected 3, got 5`));
  });

  test("is quick to make, whatever was printed", () => {
    for (const piece of ["-", " ", "1", "/tmp/", "port ", "a:\\", "\u001b[", "ab1", "|\n", "\u001b]"]) {
      expect(errorKey(piece.repeat(300_000)).length).toBeLessThanOrEqual(2000);
    }
  });
});
