import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { patchExpansion } from "../../../src/adapters/git/patchExpansion.ts";

/** What git makes of a file that becomes another. */
function difference(before: Buffer, after: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "autopack-expansion-"));
  const git = (...args: readonly string[]) => execFileSync("git", ["-C", folder, ...args], { maxBuffer: 64 << 20 });
  try {
    git("init", "--quiet");
    writeFileSync(join(folder, "file"), before);
    git("add", "file");
    writeFileSync(join(folder, "file"), after);
    return git("diff", "--binary");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("text expands to nothing that counts", () => {
  expect(patchExpansion(difference(Buffer.from("a\n"), Buffer.from("literal 99\n")))).toBe(0);
});

test("a whole file counts as large as it will be, however small its patch", () => {
  const patch = difference(Buffer.alloc(10), Buffer.alloc(20 << 20));
  expect(patch.length).toBeLessThan(200_000);
  expect(patchExpansion(patch)).toBeGreaterThanOrEqual(20 << 20);
});

test("a delta counts as large as what it makes", () => {
  const piece = randomBytes(500);
  const patch = difference(piece, Buffer.concat(Array.from({ length: 100 }, () => piece)));
  expect(patch.toString("latin1")).toMatch(/^delta \d+$/m);
  expect(patchExpansion(patch)).toBeGreaterThanOrEqual(50_000);
});

test("a delta that cannot be read is not guessed at", () => {
  expect(patchExpansion(Buffer.from("GIT binary patch\ndelta 99\nzzzzz\n\n"))).toBeNull();
});
