import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { pages } from "./generate.ts";

test.each(await pages())("$name is what the code says (else: npm run docs)", async ({ file, text }) => {
  expect(await readFile(file, "utf8")).toBe(text);
});
