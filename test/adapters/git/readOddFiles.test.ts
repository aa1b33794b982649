import { mkdir, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import type { Reading } from "../../../src/domain/change.ts";
import { READ, edit, makeWorld } from "./world.ts";

function brief({ changes }: Reading): readonly string[] {
  return changes.map(({ status, kind, path }) => `${status} ${kind} ${path}`);
}

test("FIFOs, sockets and devices are listed, never opened", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await execa("mkfifo", [join(checkout.path, "src/pipe")]);
  await rm(join(checkout.path, "README.md"));
  await execa("mkfifo", [join(checkout.path, "README.md")]);
  await mkdir(join(checkout.path, "node_modules"));
  await execa("mkfifo", [join(checkout.path, "node_modules/ignored")]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(checkout.path, "src/sock"), resolve));

  const reading = await checkout.read(READ);
  server.close();

  expect(brief(reading)).toEqual(["modified other README.md", "added other src/pipe", "added other src/sock"]);
  await expect(checkout.capture()).rejects.toThrow("it holds what no tree may hold");
});

test.each([".gitignore", "src/.gitattributes", "src/fresh/.gitignore"])("a FIFO as %s hangs nobody", async (path) => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await mkdir(join(checkout.path, "src/fresh"), { recursive: true });
  await rm(join(checkout.path, path), { force: true });
  await execa("mkfifo", [join(checkout.path, path)]);
  await edit(checkout, { "src/fresh/new.txt": "new" });

  const reading = await checkout.read(READ);

  expect(reading.changes).toMatchObject([{ path, kind: "other" }]);
  await expect(checkout.capture()).rejects.toThrow("it holds what no tree may hold");
});

test("huge files are listed by their size and not read", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await writeFile(join(checkout.path, "huge.bin"), "");
  await truncate(join(checkout.path, "huge.bin"), 1024 ** 3);
  await truncate(join(checkout.path, "README.md"), 3 * 1024 ** 3);

  const reading = await checkout.read(READ);

  expect(await readdir(join(checkout.path, "../objects"))).toEqual(["info"]);
  expect(reading.changes).toMatchObject([
    { path: "README.md", status: "modified", sizeBytes: 3 * 1024 ** 3 },
    { path: "huge.bin", status: "added", sizeBytes: 1024 ** 3, binary: false },
  ]);
});

test("a file over the limit that was judged fit all the same is captured", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, { "snapshot.txt": "x".repeat(5000) });
  const { changes } = await checkout.read({ maxFileBytes: 1000 });
  expect(changes).toMatchObject([{ path: "snapshot.txt", sizeBytes: 5000, linesAdded: 0 }]);

  const { patch } = await checkout.capture();

  expect(Buffer.from(patch).toString()).toContain("+xxxxx");
});

test("nested repositories and planted submodules are named, and not looked into", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, {
    "vendor/lib/code.c": "code\n",
    "node_modules/dep/.git/HEAD": "x",
    "src/deep/extra.txt": "e\n",
  });
  await execa("git", ["init", "--quiet", join(checkout.path, "vendor/lib")]);
  await rm(join(checkout.path, "vendor/lib/.git/HEAD"));
  await execa("mkfifo", [join(checkout.path, "vendor/lib/.git/HEAD")]);
  await writeFile(join(checkout.path, "src/deep/.git"), "gitdir: /etc\n");

  expect(brief(await checkout.read(READ))).toEqual([
    "added submodule src/deep",
    "added file src/deep/extra.txt",
    "added submodule vendor/lib",
  ]);
});
