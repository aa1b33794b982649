import { existsSync } from "node:fs";
import { chmod, cp, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import type { Reading } from "../../../src/domain/change.ts";
import { AUTHOR, READ, REPOSITORY, edit, mainTip, makeWorld } from "./world.ts";

function brief({ changes }: Reading): readonly string[] {
  return changes.map(({ status, kind, path }) => `${status} ${kind} ${path}`);
}

test("an untouched checkout has no changes, and its tree is the commit's own", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();

  expect(await checkout.read(READ)).toEqual({ changes: [], tampered: [] });

  const { tree, patch } = await checkout.capture();
  expect(tree).toBe(await world.git.treeOf(REPOSITORY, await mainTip(world.git)));
  expect(patch).toHaveLength(0);
});

test("every kind of change is listed with its size and lines", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, {
    "README.md": "# Widget\n\nNew.\n",
    "src/new.ts": "one\ntwo\n",
    "data.bin": new Uint8Array([1, 0, 2]),
    "debug.log": "ignored",
    "node_modules/x/index.js": "ignored",
  });
  await rm(join(checkout.path, "src/deep"), { recursive: true });
  await chmod(join(checkout.path, "src/greet.ts"), 0o755);
  await symlink("../README.md", join(checkout.path, "src/link"));

  const { changes } = await checkout.read(READ);

  const nothing = { binary: false, linkTarget: null, linesAdded: 0, linesDeleted: 0 };
  expect(changes).toEqual([
    { ...nothing, path: "README.md", status: "modified", kind: "file", sizeBytes: 15, linesAdded: 2 },
    { ...nothing, path: "data.bin", status: "added", kind: "file", sizeBytes: 3, binary: true },
    { ...nothing, path: "src/deep/er/leaf.txt", status: "deleted", kind: "file", sizeBytes: 0, linesDeleted: 1 },
    { ...nothing, path: "src/greet.ts", status: "modified", kind: "executable", sizeBytes: 36 },
    {
      ...nothing,
      path: "src/link",
      status: "added",
      kind: "symlink",
      sizeBytes: 12,
      linkTarget: "../README.md",
      linesAdded: 1,
    },
    { ...nothing, path: "src/new.ts", status: "added", kind: "file", sizeBytes: 8, linesAdded: 2 },
  ]);
});

test("a change of the same length right after the checkout is seen", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, { "src/greet.ts": "export const greet = () => 'HELLO';\n" });

  expect(brief(await checkout.read(READ))).toEqual(["modified file src/greet.ts"]);
});

test("a file that was rewritten as it was is no change", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, { "README.md": "# Widget\n" });

  expect(await checkout.read(READ)).toEqual({ changes: [], tampered: [] });
});

test("what an agent committed itself is work like any other, and its identity is its own business", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, { "README.md": "# Committed\n" });
  const run = (...args: readonly string[]) => execa("git", ["-C", checkout.path, ...args]);
  expect((await run("status", "--porcelain")).stdout).toBe(" M README.md");
  await run("config", "user.name", "Agent Smith");
  await run("commit", "--quiet", "-am", "by the agent");
  await run("checkout", "--quiet", "-b", "idea");
  await edit(checkout, { "src/more.ts": "more\n" });

  expect((await run("log", "--format=%an %ae", "-1")).stdout).toBe(`Agent Smith ${AUTHOR.email}`);
  const reading = await checkout.read(READ);
  expect(brief(reading)).toEqual(["modified file README.md", "added file src/more.ts"]);
  expect(reading.tampered).toEqual([]);
});

test("a tree laid over its commit shows as uncommitted work, to the agent too", async () => {
  await using world = await makeWorld();
  const first = await world.checkout();
  await edit(first, { "README.md": "# Laid over\n", "src/new.ts": "new\n" });
  await rm(join(first.path, "bin/run.sh"));
  await first.read(READ);
  const { tree } = await first.capture();

  const second = await world.git.checkout(REPOSITORY, { commit: await mainTip(world.git), tree });

  const status = await execa("git", ["-C", second.path, "status", "--porcelain"]);
  expect(status.stdout.split("\n")).toEqual([" M README.md", " D bin/run.sh", "?? src/new.ts"]);
  expect(brief(await second.read(READ))).toEqual([
    "modified file README.md",
    "deleted executable bin/run.sh",
    "added file src/new.ts",
  ]);
  expect((await second.capture()).tree).toBe(tree);
});

test("planted configuration, hooks and attributes run nothing, and are named", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  const marker = join(world.folder, "pwned");
  const script = join(checkout.path, "evil.sh");
  await writeFile(script, `#!/bin/sh\ntouch ${marker}\ncat\n`, { mode: 0o755 });
  const git = join(checkout.path, ".git");
  await writeFile(
    join(git, "config"),
    `[core]\n\tfsmonitor = ${script}\n\thooksPath = ${checkout.path}/.git/hooks\n\tsshCommand = ${script}\n[filter "x"]\n\tclean = ${script}\n\tsmudge = ${script}\n[diff "x"]\n\ttextconv = ${script}\n\tcommand = ${script}\n`,
  );
  await mkdir(join(git, "hooks"));
  for (const hook of ["pre-commit", "post-index-change", "reference-transaction", "post-checkout"]) {
    await cp(script, join(git, "hooks", hook));
  }
  await mkdir(join(git, "info"));
  await writeFile(join(git, "info/attributes"), "* filter=x diff=x\n");
  await writeFile(join(git, "info/exclude"), "README.md\n");
  await writeFile(join(git, "objects/info/alternates"), "/etc\n");
  await writeFile(join(git, "commondir"), "/etc\n");
  await edit(checkout, { ".gitattributes": "* filter=x diff=x merge=x\n", "README.md": "touched\n" });

  const reading = await checkout.read(READ);
  const { tree, patch } = await checkout.capture();
  const base = await mainTip(world.git);
  await world.git.apply(REPOSITORY, { bytes: patch, base, onto: base });
  await world.git.diff(REPOSITORY, { from: base, to: tree, maxBytes: 10_000 });

  expect(reading.tampered).toEqual([
    ".git/config",
    ".git/objects/info/alternates",
    ".git/commondir",
    ".git/info/attributes",
    ".git/hooks/post-checkout",
    ".git/hooks/post-index-change",
    ".git/hooks/pre-commit",
    ".git/hooks/reference-transaction",
  ]);
  expect(brief(reading)).toEqual(["added file .gitattributes", "modified file README.md", "added executable evil.sh"]);
  expect(existsSync(marker)).toBe(false);
  // The trap is a real one: git itself falls into it, once it can find its way in that repository.
  await rm(join(git, "commondir"));
  await execa("git", ["-C", checkout.path, "-c", "safe.directory=*", "status"], { reject: false, stdin: "ignore" });
  expect(existsSync(marker)).toBe(true);
});

test("a `.git` swapped for a file, a symlink or nothing is named and not followed", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  const git = join(checkout.path, ".git");

  await rename(join(git, "objects"), join(world.folder, "objects"));
  await symlink(join(world.folder, "objects"), join(git, "objects"));
  expect((await checkout.read(READ)).tampered).toEqual([".git/objects"]);

  await rm(join(git, "config"));
  await execa("mkfifo", [join(git, "config")]);
  await rm(join(git, "objects"));
  await rename(join(world.folder, "objects"), join(git, "objects"));
  expect((await checkout.read(READ)).tampered).toEqual([".git/config"]);

  await rm(git, { recursive: true });
  expect((await checkout.read(READ)).tampered).toEqual([".git"]);

  await writeFile(git, "gitdir: /etc\n");
  expect(await checkout.read(READ)).toEqual({ changes: [], tampered: [".git"] });
});

test("attributes in the tree cannot pass binary off as text, nor keep anything from being read", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, {
    ".gitattributes": "* diff text eol=crlf ident working-tree-encoding=UTF-16\n",
    "junk.txt": new Uint8Array([65, 0, 66, 13, 10]),
    "README.md": "crlf\r\n$Id$\r\n",
  });

  const { changes } = await checkout.read(READ);
  const { tree } = await checkout.capture();

  expect(changes.find(({ path }) => path === "junk.txt")).toMatchObject({ binary: true });
  const date = "2026-01-01T00:00:00Z";
  const parent = await mainTip(world.git);
  const sha = await world.git.commit(REPOSITORY, { tree, parent, message: "x", at: date });
  expect(await world.git.readFile(REPOSITORY, { sha, path: "README.md" })).toBe("crlf\r\n$Id$\r\n");
  const again = await world.git.checkout(REPOSITORY, { commit: sha });
  expect(await again.read(READ)).toEqual({ changes: [], tampered: [] });
});

test("a folder turned into a symlink is not followed", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  const outside = join(world.folder, "outside");
  await mkdir(join(outside, "er"), { recursive: true });
  await writeFile(join(outside, "er/leaf.txt"), "stolen\n");
  await rm(join(checkout.path, "src/deep"), { recursive: true });
  await symlink(outside, join(checkout.path, "src/deep"));

  const reading = await checkout.read(READ);

  expect(brief(reading)).toEqual(["added symlink src/deep", "deleted file src/deep/er/leaf.txt"]);
  expect(reading.changes[0]?.linkTarget).toBe(outside);
});

test("a file turned into a folder, and the other way round", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await rm(join(checkout.path, "README.md"));
  await rm(join(checkout.path, "src"), { recursive: true });
  await edit(checkout, { "README.md/inner.txt": "inner\n", src: "a file\n" });

  expect(brief(await checkout.read(READ))).toEqual([
    "deleted file README.md",
    "added file README.md/inner.txt",
    "added file src",
    "deleted file src/deep/er/leaf.txt",
    "deleted file src/greet.ts",
  ]);
  await checkout.capture();
});

test("a submodule of the base is left alone, and named when something was put into it", async () => {
  await using world = await makeWorld();
  const { person } = world;
  await person.run("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},sub`);
  await person.run("commit", "--quiet", "-m", "submodule");
  await person.run("push", "--quiet", "origin", "HEAD:main");
  const checkout = await world.checkout();
  expect(await checkout.read(READ)).toEqual({ changes: [], tampered: [] });

  await edit(checkout, { "sub/file": "x" });

  expect(brief(await checkout.read(READ))).toEqual(["modified submodule sub"]);
});

test("names in disguise and names that are no text are listed, and kept from git", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, {
    ".GIT/config": "x",
    "src/git~1/config": "x",
    "src/.g\u200Cit/hooks/pre-commit": "x",
    'quo"te\nline': "x",
    "-rf": "option\n",
    ":(top)magic*": "magic\n",
    "früh.txt": "umlaut\n",
  });
  await writeFile(Buffer.concat([Buffer.from(`${checkout.path}/`), Buffer.from([0x66, 0xff, 0x66])]), "latin\n");

  const reading = await checkout.read(READ);

  expect(brief(reading)).toEqual([
    "added file -rf",
    "added file .GIT/config",
    "added file :(top)magic*",
    "added file früh.txt",
    "added file f\uFFFDf",
    'added file quo"te\nline',
    "added file src/.g\u200Cit/hooks/pre-commit",
    "added file src/git~1/config",
  ]);
  await expect(checkout.capture()).rejects.toThrow("it holds what no tree may hold");
});

test("unusual but harmless names survive capture, apply and checkout", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, { "-rf": "option\n", ":(top)magic*": "magic\n", "früh [1].txt": "umlaut\n", "a b/'c'": "q\n" });
  await checkout.read(READ);
  const { tree, patch } = await checkout.capture();
  const base = await mainTip(world.git);

  expect(await world.git.apply(REPOSITORY, { bytes: patch, base, onto: base })).toEqual({ kind: "applied", tree });
  const again = await world.git.checkout(REPOSITORY, { commit: base, tree });
  expect(brief(await again.read(READ))).toHaveLength(4);
});

test("files and folders without rights are read, and can be removed", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await edit(checkout, { "src/closed/file": "closed\n", "README.md": "closed too\n" });
  await chmod(join(checkout.path, "README.md"), 0o000);
  await chmod(join(checkout.path, "src/closed"), 0o000);

  expect(brief(await checkout.read(READ))).toEqual(["modified file README.md", "added file src/closed/file"]);
  await checkout.capture();
  await checkout.dispose();
  await checkout.dispose();
});

test("a path deeper than the system can name is listed, and can be removed", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  const name = "d".repeat(200);
  const dig = `import os\nos.chdir(${JSON.stringify(checkout.path)})\nfor _ in range(30):\n  os.mkdir("${name}"); os.chdir("${name}")\n`;
  await execa("python3", ["-c", dig]);

  const reading = await checkout.read(READ);

  expect(reading.changes).toMatchObject([{ kind: "other", status: "added" }]);
  await checkout.dispose();
  expect(existsSync(checkout.path)).toBe(false);
});

test("a reading can be repeated, and only a reading can be captured", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  await expect(checkout.capture()).rejects.toThrow("has not been read");
  await edit(checkout, { "README.md": "one\n" });
  const first = await checkout.read(READ);
  expect(await checkout.read(READ)).toEqual(first);

  await edit(checkout, { "README.md": "changed after it was judged\n" });
  const { patch } = await checkout.capture();

  expect(Buffer.from(patch).toString()).toContain("+one\n");
});
