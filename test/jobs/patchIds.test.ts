import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { patchIds } from "../../src/jobs/patchIds.ts";

const WHOLE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "autopack-patch-"));
  git("init", "--quiet");
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

function git(...args: readonly string[]): Buffer {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.fileMode=true"];
  return execFileSync("git", [...who, ...args], { cwd: dir });
}

/** Commits these files (null deletes), and gives the commit. */
async function commit(files: Readonly<Record<string, string | null>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    if (text === null) await rm(join(dir, path));
    else await writeFile(join(dir, path), text);
  }
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "-m", "x");
  return git("rev-parse", "HEAD").toString().trim();
}

function idsOf(from: string, to: string): { readonly forward: string; readonly inverse: string } {
  return patchIds(git("diff", "-p", "--binary", "--full-index", "--no-renames", from, to));
}

test("a revert's own id is the inverse id of what it reverts, wherever it lands", async () => {
  await commit({ "list.txt": WHOLE, "other.txt": "x\n" });
  const base = await commit({ "other.txt": "y\n" });
  const changed = await commit({
    "list.txt": WHOLE.replace("four", "4"),
    "new.txt": "new\n",
    "pic.bin": "\u0000\u0001",
  });
  const between = await commit({ "other.txt": "z\n", "list.txt": `top\n${WHOLE.replace("four", "4")}` });
  const reverted = await commit({ "list.txt": `top\n${WHOLE}`, "new.txt": null, "pic.bin": null });

  const original = idsOf(base, changed);
  const revert = idsOf(between, reverted);
  expect(original.forward).toMatch(/^[0-9a-f]{64}$/);
  expect(revert.forward).toBe(original.inverse);
  expect(revert.inverse).toBe(original.forward);
  expect(original.forward).not.toBe(original.inverse);
  expect(idsOf(changed, between).forward).not.toBe(original.forward);
});

test("a change that changes nothing has no id; white space, modes and binary content count", async () => {
  const base = await commit({ "a.txt": WHOLE, "pic.bin": "\u0000" });
  expect(idsOf(base, base)).toEqual({ forward: "", inverse: "" });
  const indented = await commit({ "a.txt": WHOLE.replace("four", "  four") });
  const [one, two] = [await commit({ "pic.bin": "\u0000\u0001" }), await commit({ "pic.bin": "\u0000\u0002" })];
  git("update-index", "--chmod=+x", "a.txt");
  git("commit", "--quiet", "-m", "mode");
  const executable = git("rev-parse", "HEAD").toString().trim();
  const ids = [idsOf(base, indented), idsOf(indented, one), idsOf(one, two), idsOf(two, executable)];
  const all = ids.flatMap(({ forward, inverse }) => [forward, inverse]);
  expect(new Set(all).size).toBe(all.length);
  expect(idsOf(executable, two).forward).toBe(idsOf(two, executable).inverse);
});
