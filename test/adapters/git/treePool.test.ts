import { existsSync } from "node:fs";
import { chmod, link, mkdir, readFile, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { READ, REPOSITORY, edit, mainTip, makeWorld } from "./world.ts";
import type { World } from "./world.ts";

/** Enough files that most are older than a tick when the checkout is done. */
const MANY = Object.fromEntries(
  Array.from({ length: 3000 }, (_, n) => [`d${n % 50}/e${n % 7}/f${n}.txt`, `content ${n}\n`]),
);

async function keptOnDisk(world: World): Promise<number> {
  const names = await readdir(join(world.root, "checkouts"), { recursive: true, withFileTypes: true });
  return names.filter(({ name }) => name.startsWith("kept-")).length;
}

test("a disposed checkout is gone from its place, and its files serve the next one", async () => {
  await using world = await makeWorld(MANY);
  const first = await world.checkout();
  const before = await stat(join(first.path, "d0/e0/f0.txt"));
  await first.dispose();
  await first.dispose();
  expect(existsSync(first.path)).toBe(false);

  const second = await world.checkout();

  expect(second.path).not.toBe(first.path);
  expect((await stat(join(second.path, "d0/e0/f0.txt"))).ino).toBe(before.ino);
  await first.dispose();
  expect(await second.read(READ)).toEqual({ changes: [], tampered: [] });
  expect((await execa("git", ["-C", second.path, "status", "--porcelain"])).stdout).toBe("");
});

test("nothing an agent did to a tree outlives it", async () => {
  await using world = await makeWorld({
    ...MANY,
    ".gitignore": "node_modules/\n",
    "exe.sh": "#!/bin/sh\n",
    "gone/x.txt": "x\n",
    "old/o.txt": "o\n",
  });
  const first = await world.checkout();
  const at = (path: string) => join(first.path, path);
  await edit(first, {
    "node_modules/evil/index.js": "evil",
    "d0/new.txt": "new",
    "d1/e1/f1.txt": "content X\n",
    "vendor/.git/config": "x",
  });
  // The same length and the old time: only the change time tells.
  const { atime, mtime } = await stat(at("d2/e2/f2.txt"));
  await writeFile(at("d2/e2/f2.txt"), "CONTENT 2\n");
  await utimes(at("d2/e2/f2.txt"), atime, mtime);
  await link(at("d3/e3/f3.txt"), at("d3/hard"));
  await chmod(at("exe.sh"), 0o644);
  await rm(at("gone"), { recursive: true });
  await rm(at("d4"), { recursive: true });
  await symlink("/etc", at("d4"));
  await rm(at("d5/e5/f5.txt"));
  await execa("mkfifo", [at("d5/e5/f5.txt")]);
  await rm(at("d6/e6/f6.txt"));
  await mkdir(at("d6/e6/f6.txt/deeper"), { recursive: true });
  await writeFile(Buffer.concat([Buffer.from(`${first.path}/d7/`), Buffer.from([0xff])]), "latin");
  await chmod(at("d8"), 0o000);
  await writeFile(at(".git/config"), "[core]\n\tfsmonitor = /evil\n");
  await first.read(READ);
  await first.dispose();
  const tip = await world.person.push("main", { "old/o.txt": null, "d9/e2/f9.txt": "newer\n" });

  const second = await world.checkout();

  expect(await keptOnDisk(world)).toBe(0);
  const { stdout } = await execa("find", [".", "-path", "./.git", "-prune", "-o", "-print"], { cwd: second.path });
  const clone = join(world.folder, "clone");
  await execa("git", ["clone", "--quiet", world.remote, clone]);
  const fresh = await execa("find", [".", "-path", "./.git", "-prune", "-o", "-print"], { cwd: clone });
  expect(stdout.split("\n").toSorted()).toEqual(fresh.stdout.split("\n").toSorted());
  await execa("diff", ["-r", "--no-dereference", "--exclude=.git", second.path, clone]);
  expect((await stat(join(second.path, "exe.sh"))).mode & 0o111).not.toBe(0);
  expect((await stat(join(second.path, "d3/e3/f3.txt"))).nlink).toBe(1);
  expect(await readFile(join(second.path, ".git/config"), "utf8")).not.toContain("evil");
  expect(await second.read(READ)).toEqual({ changes: [], tampered: [] });
  await second.read(READ);
  expect((await second.capture()).tree).toBe(await world.git.treeOf(REPOSITORY, tip));
});

test("a tree laid over a commit leaves nothing behind either", async () => {
  await using world = await makeWorld(MANY);
  const first = await world.checkout();
  await edit(first, { "d0/e0/f0.txt": "over\n", "over.txt": "over\n" });
  await first.read(READ);
  const { tree } = await first.capture();
  const commit = await mainTip(world.git);
  const laid = await world.git.checkout(REPOSITORY, { commit, tree });
  await laid.dispose();
  await first.dispose();

  for (const again of [await world.checkout(), await world.checkout()]) {
    expect(await again.read(READ)).toEqual({ changes: [], tampered: [] });
    expect((await execa("git", ["-C", again.path, "status", "--porcelain"])).stdout).toBe("");
  }
});

test("only a few trees are kept", async () => {
  await using world = await makeWorld();
  const checkouts = await Promise.all(Array.from({ length: 9 }, () => world.checkout()));

  await Promise.all(checkouts.map((checkout) => checkout.dispose()));

  expect(await keptOnDisk(world)).toBe(6);
});

test("a tree that cannot be cleaned is removed", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await rm(checkout.path, { recursive: true });

  await checkout.dispose();

  expect(await keptOnDisk(world)).toBe(0);
  await expect(world.checkout()).resolves.toBeDefined();
});
