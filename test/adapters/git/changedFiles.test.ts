import { expect, test } from "vitest";
import type { Sha } from "../../../src/domain/ids.ts";
import type { TextChanges } from "../../../src/ports/git.ts";
import { REPOSITORY, makeWorld } from "./world.ts";
import type { World } from "./world.ts";

async function changed(world: World, from: Sha, maxBytes = 1_000_000): Promise<TextChanges> {
  await world.git.fetch(REPOSITORY);
  const to = await world.git.tip(REPOSITORY, "main");
  if (to === null) throw new Error("main is gone");
  return world.git.changedFiles(REPOSITORY, { from, to, maxBytes });
}

async function tip(world: World): Promise<Sha> {
  return (await world.person.run("rev-parse", "HEAD")) as Sha;
}

test("a file comes with its whole text on both sides, and the lines that differ", async () => {
  await using world = await makeWorld({ "a.txt": "one\ntwo\nthree\nfour", "gone.txt": "x\n", "same.txt": "s\n" });
  const from = await tip(world);
  await world.person.push("main", {
    "a.txt": "one\n2\nthree\nfour\nfive\n",
    "gone.txt": null,
    "new.txt": "n\n",
    "empty.txt": "",
  });
  const { files, unread } = await changed(world, from);
  expect(unread).toEqual([]);
  expect(files).toEqual([
    {
      path: "a.txt",
      before: "one\ntwo\nthree\nfour",
      after: "one\n2\nthree\nfour\nfive\n",
      removed: new Set([2, 4]),
      added: new Set([2, 4, 5]),
    },
    { path: "empty.txt", before: null, after: "", removed: new Set(), added: new Set() },
    { path: "gone.txt", before: "x\n", after: null, removed: new Set([1]), added: new Set() },
    { path: "new.txt", before: null, after: "n\n", removed: new Set(), added: new Set([1]) },
  ]);
});

test("lines that look like a patch, and carriage returns, stay lines of their file", async () => {
  const tricky =
    "diff --git a/x b/x\n@@ -1 +1 @@\n--- a\n+++ b\nend\rdiff --git a/y b/y\r\n\\ No newline at end of file\n";
  await using world = await makeWorld({ "b.txt": "b\n", "c.txt": "c\n" });
  const from = await tip(world);
  await world.person.push("main", { "a.txt": tricky, "b.txt": `b\n${tricky}`, "c.txt": "c\nd\n" });
  const { files } = await changed(world, from);
  expect(files.map(({ path, after }) => [path, after])).toEqual([
    ["a.txt", tricky],
    ["b.txt", `b\n${tricky}`],
    ["c.txt", "c\nd\n"],
  ]);
});

test("what is no text has none, and the repository's attributes do not decide that", async () => {
  await using world = await makeWorld({ "a.txt": "a\n" });
  const from = await tip(world);
  await world.person.push("main", { ".gitattributes": "*.ts binary\n", "blob.bin": "a\0b\n", "x.ts": "x\n" });
  const { files } = await changed(world, from);
  expect(files.map(({ path, after }) => [path, after])).toEqual([
    [".gitattributes", "*.ts binary\n"],
    ["blob.bin", null],
    ["x.ts", "x\n"],
  ]);
});

test("what is too large to be read is named", async () => {
  await using world = await makeWorld({ "a.txt": "a\n" });
  const from = await tip(world);
  await world.person.push("main", { "b.txt": "b\n", "c.txt": "c\n".repeat(1000), "d.txt": "d\n" });
  const { files, unread } = await changed(world, from, 1000);
  expect(files.map(({ path }) => path)).toEqual(["b.txt"]);
  expect(unread).toEqual(["c.txt", "d.txt"]);
});

test("recent commits tell what they did to a file, the newest first", async () => {
  await using world = await makeWorld({ "a.txt": "one\ntwo\n", "sub/ü b.txt": "x\n" });
  await world.person.push("main", { "a.txt": "one\n2\n" });
  await world.person.push("main", { "sub/ü b.txt": "y\n", "a.txt": "one\n2\n3\n" });
  await world.git.fetch(REPOSITORY);
  const at = await tip(world);
  const paths = ["a.txt", "sub/ü b.txt"];
  const patches = await world.git.pastPatches(REPOSITORY, { at, paths, maxCommits: 10 });
  expect(patches.map(({ path, added, removed }) => ({ path, added, removed }))).toEqual([
    { path: "a.txt", added: ["3"], removed: [] },
    { path: "sub/ü b.txt", added: ["y"], removed: ["x"] },
    { path: "a.txt", added: ["2"], removed: ["two"] },
  ]);
  expect(await world.git.pastPatches(REPOSITORY, { at, paths: ["a.txt"], maxCommits: 1 })).toHaveLength(1);
  expect(await world.git.pastPatches(REPOSITORY, { at, paths: [], maxCommits: 1 })).toEqual([]);
});
