import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { EnvironmentFailure } from "../../../src/domain/failure.ts";
import type { Sha } from "../../../src/domain/ids.ts";
import type { Git } from "../../../src/ports/git.ts";
import { AUTHOR, READ, REPOSITORY, TOKEN, edit, mainTip, makeWorld } from "./world.ts";
import type { World } from "./world.ts";

const BRANCH = "autonomous/42-k3f9x2ab";
const AT = "2026-03-04T05:06:07.890Z";

/** A commit on `parent` with these files, made the way a phase makes it. */
async function commitOn(git: Git, parent: Sha, files: Readonly<Record<string, string>>): Promise<Sha> {
  const checkout = await git.checkout(REPOSITORY, { commit: parent });
  await edit(checkout, files);
  await checkout.read(READ);
  const { tree } = await checkout.capture();
  await checkout.dispose();
  return git.commit(REPOSITORY, { tree, parent, message: "Change\n", at: AT });
}

async function start(world: World, files: Readonly<Record<string, string>> = { "new.txt": "new\n" }) {
  await world.git.fetch(REPOSITORY);
  const base = await mainTip(world.git);
  return { base, sha: await commitOn(world.git, base, files) };
}

async function remoteRef(world: World, branch: string): Promise<string> {
  const result = await execa("git", ["-C", world.remote, "rev-parse", "--verify", "-q", `refs/heads/${branch}`], {
    reject: false,
  });
  return result.stdout;
}

test("a commit is the same whoever writes it, as often as they like", async () => {
  await using world = await makeWorld();
  const { base } = await start(world);
  const tree = await world.git.treeOf(REPOSITORY, base);
  const message = "Say why\n\nAutopack-Run: 42-k3f9x2ab";
  const write = () => world.git.commit(REPOSITORY, { tree, parent: base, message, at: AT });

  const sha = await write();

  expect(await write()).toBe(sha);
  expect(await world.git.push(REPOSITORY, { branch: BRANCH, sha, expected: null })).toEqual({ kind: "moved" });
  const shown = await execa("git", ["-C", world.remote, "cat-file", "commit", sha]);
  expect(shown.stdout.split("\n").slice(1)).toEqual([
    `parent ${base}`,
    `author ${AUTHOR.name} <${AUTHOR.email}> 1772600767 +0000`,
    `committer ${AUTHOR.name} <${AUTHOR.email}> 1772600767 +0000`,
    "",
    ...message.split("\n"),
  ]);
  await expect(world.git.commit(REPOSITORY, { tree, parent: base, message, at: "soon" })).rejects.toThrow("ISO time");
});

test("a branch is made, moved and deleted, and each may be repeated", async () => {
  await using world = await makeWorld();
  const { git } = world;
  const { sha } = await start(world);

  expect(await git.remoteTip(REPOSITORY, BRANCH)).toBeNull();
  const make = () => git.push(REPOSITORY, { branch: BRANCH, sha, expected: null });
  expect(await make()).toEqual({ kind: "moved" });
  expect(await make()).toEqual({ kind: "moved" });
  expect(await git.remoteTip(REPOSITORY, BRANCH)).toBe(sha);

  const next = await commitOn(git, sha, { "next.txt": "next\n" });
  expect(await git.push(REPOSITORY, { branch: BRANCH, sha: next, expected: sha })).toEqual({ kind: "moved" });
  expect(await remoteRef(world, BRANCH)).toBe(next);

  expect(await git.deleteBranch(REPOSITORY, { branch: BRANCH, expected: sha })).toBe(false);
  expect(await git.deleteBranch(REPOSITORY, { branch: BRANCH, expected: next })).toBe(true);
  expect(await git.deleteBranch(REPOSITORY, { branch: BRANCH, expected: next })).toBe(true);
  expect(await remoteRef(world, BRANCH)).toBe("");
});

test("a branch that somebody else moved, made or removed is a conflict that says where it is", async () => {
  await using world = await makeWorld();
  const { git, person } = world;
  const { sha, base } = await start(world);
  const next = await commitOn(git, sha, { "next.txt": "next\n" });

  expect(await git.push(REPOSITORY, { branch: BRANCH, sha: next, expected: sha })).toEqual({
    kind: "conflict",
    actual: null,
  });

  const theirs = await person.push(BRANCH, { "theirs.txt": "theirs" });
  expect(await git.push(REPOSITORY, { branch: BRANCH, sha, expected: null })).toEqual({
    kind: "conflict",
    actual: theirs,
  });
  expect(await git.push(REPOSITORY, { branch: BRANCH, sha, expected: base })).toEqual({
    kind: "conflict",
    actual: theirs,
  });
  expect(await remoteRef(world, BRANCH)).toBe(theirs);
});

test("a push that races another's loses, at the last moment too", async () => {
  await using world = await makeWorld();
  const { git, remote } = world;
  const { sha, base } = await start(world);
  await git.push(REPOSITORY, { branch: BRANCH, sha, expected: null });
  const next = await commitOn(git, sha, { "next.txt": "next\n" });
  // After git has seen the branch where it was expected, and before it asks for the move.
  const first = () => moveByForce(remote, base);
  world.server.faults = [{ on: "/git-receive-pack", first }];

  expect(await git.push(REPOSITORY, { branch: BRANCH, sha: next, expected: sha })).toEqual({
    kind: "conflict",
    actual: base,
  });
});

test("a push whose answer was lost is found to have happened", async () => {
  await using world = await makeWorld();
  const { git } = world;
  const { sha } = await start(world);
  const lost = { on: "/git-receive-pack", loseAnswer: true };
  world.server.faults = [lost, { ...lost }];

  expect(await git.push(REPOSITORY, { branch: BRANCH, sha, expected: null })).toEqual({ kind: "moved" });

  const next = await commitOn(git, sha, { "next.txt": "next\n" });
  const deaf = { on: "service=git-upload-pack", status: 500 };
  world.server.faults = [lost, { ...lost }, deaf];
  const push = () => git.push(REPOSITORY, { branch: BRANCH, sha: next, expected: sha });
  await expect(push()).rejects.toMatchObject({ retry: "later" });
  expect(await push()).toEqual({ kind: "moved" });
});

test("a push that the remote's rules refuse says so, with the remote's words and without the token", async () => {
  await using world = await makeWorld();
  const { sha } = await start(world);
  const hook = join(world.remote, "hooks/pre-receive");
  await writeFile(hook, "#!/bin/sh\necho 'rule: no robots on Fridays'\nexit 1\n", { mode: 0o755 });

  const push = world.git.push(REPOSITORY, { branch: BRANCH, sha, expected: null });

  await expect(push).rejects.toThrow(EnvironmentFailure);
  await expect(push).rejects.toMatchObject({ retry: "never" });
  await expect(push).rejects.toThrow(/Pushing autonomous\/42-k3f9x2ab to acme\/widget: .*no robots on Fridays/s);
  await expect(push).rejects.not.toThrow(TOKEN);
});

test("a commit that is not on this machine cannot be pushed, and may be later", async () => {
  await using world = await makeWorld();
  await start(world);
  const sha = "1".repeat(40) as Sha;

  const push = world.git.push(REPOSITORY, { branch: BRANCH, sha, expected: null });

  await expect(push).rejects.toMatchObject({ retry: "later" });
});

test.each([
  "main",
  "autonomous",
  "autonomous/",
  "refs/heads/autonomous/x",
  "x/autonomous/y",
  "autonomous/../main",
  "autonomous/a b",
  "autonomous/x.lock",
])("nothing is ever written to %s", async (branch) => {
  await using world = await makeWorld();
  const { sha, base } = await start(world);
  const before = world.server.requests.length;

  await expect(world.git.push(REPOSITORY, { branch, sha, expected: base })).rejects.toThrow("ranch");
  await expect(world.git.deleteBranch(REPOSITORY, { branch, expected: base })).rejects.toThrow("ranch");

  expect(world.server.requests).toHaveLength(before);
});

test("options and expressions do not pass for commits or branches", async () => {
  await using world = await makeWorld();
  const { base } = await start(world);
  const option = "--output=/tmp/x" as Sha;

  await expect(world.git.treeOf(REPOSITORY, option)).rejects.toThrow("is not a full SHA");
  await expect(world.git.treeOf(REPOSITORY, "HEAD~1" as Sha)).rejects.toThrow("is not a full SHA");
  await expect(world.git.tip(REPOSITORY, "--all")).rejects.toThrow("is not a valid branch name");
  await expect(world.git.countCommits(REPOSITORY, { from: base, to: option })).rejects.toThrow("is not a full SHA");
});

test("a person's push: a patch goes onto the new head, or says where it cannot", async () => {
  await using world = await makeWorld();
  const { git, person } = world;
  await git.fetch(REPOSITORY);
  const base = await mainTip(git);
  const checkout = await git.checkout(REPOSITORY, { commit: base });
  await edit(checkout, {
    "src/greet.ts": "export const greet = () => 'hi';\n",
    "src/new.ts": "new\n",
    "pic.bin": new Uint8Array([0, 1, 2, 255]),
  });
  await checkout.read(READ);
  const { tree, patch: bytes } = await checkout.capture();
  const apply = (onto: Sha) => git.apply(REPOSITORY, { bytes, base, onto });

  expect(await apply(base)).toEqual({ kind: "applied", tree });

  const clean = await person.push("main", { "README.md": "# By hand\n" });
  await git.fetch(REPOSITORY);
  const applied = await apply(clean);
  if (applied.kind !== "applied") throw new Error("conflict");
  const sha = await git.commit(REPOSITORY, { tree: applied.tree, parent: clean, message: "x", at: AT });
  const read = (path: string) => git.readFile(REPOSITORY, { sha, path });
  expect([await read("README.md"), await read("src/greet.ts")]).toEqual([
    "# By hand\n",
    "export const greet = () => 'hi';\n",
  ]);
  expect(await apply(clean)).toEqual(applied);

  const clashing = await person.push("main", { "src/greet.ts": "export const greet = () => 'moin';\n" });
  await git.fetch(REPOSITORY);
  expect(await apply(clashing)).toEqual({ kind: "conflict", paths: ["src/greet.ts"] });

  // Even onto a history that has nothing to do with the base.
  await person.run("checkout", "--quiet", "--orphan", "fresh");
  const orphan = await person.push("main", { "README.md": "# Fresh\n" });
  await git.fetch(REPOSITORY);
  expect(await apply(orphan)).toMatchObject({ kind: "conflict", paths: ["src/greet.ts"] });
});

test("a patch of nothing is the other commit's tree", async () => {
  await using world = await makeWorld();
  const { sha, base } = await start(world);
  const tree = await world.git.treeOf(REPOSITORY, sha);

  expect(await world.git.apply(REPOSITORY, { bytes: new Uint8Array(), base, onto: sha })).toEqual({
    kind: "applied",
    tree,
  });
});

test("a patch that does not fit its own base is refused", async () => {
  await using world = await makeWorld();
  const { base } = await start(world);
  const bytes = Buffer.from("--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-other\n+x\n");

  await expect(world.git.apply(REPOSITORY, { bytes, base, onto: base })).rejects.toThrow(
    "Applying a patch in acme/widget",
  );
});

test("two commits merge, or say where they cannot", async () => {
  await using world = await makeWorld();
  const { git } = world;
  const { base, sha: ours } = await start(world);
  const clean = await commitOn(git, base, { "other.txt": "other\n" });
  const clashing = await commitOn(git, base, { "new.txt": "not the same\n" });

  const merged = await git.merge(REPOSITORY, { ours, theirs: clean });
  if (merged.kind !== "applied") throw new Error("conflict");
  const parent = { parent: ours, message: "m", at: AT };
  const sha = await git.commit(REPOSITORY, { tree: merged.tree, ...parent });
  expect(await git.listFiles(REPOSITORY, { sha, under: "" })).toEqual(expect.arrayContaining(["new.txt", "other.txt"]));
  expect(await git.merge(REPOSITORY, { ours, theirs: clashing })).toEqual({ kind: "conflict", paths: ["new.txt"] });
});

test("histories are compared and counted", async () => {
  await using world = await makeWorld();
  const { git } = world;
  const { base, sha } = await start(world);
  const next = await commitOn(git, sha, { "next.txt": "next\n" });

  expect(await git.isAncestor(REPOSITORY, { ancestor: base, of: next })).toBe(true);
  expect(await git.isAncestor(REPOSITORY, { ancestor: next, of: base })).toBe(false);
  expect(await git.countCommits(REPOSITORY, { from: base, to: next })).toBe(2);
  expect(await git.countCommits(REPOSITORY, { from: next, to: base })).toBe(0);
});

test("differences are text, cut where they grow too long", async () => {
  await using world = await makeWorld();
  const { git } = world;
  const { base, sha } = await start(world, { "new.txt": "line\n".repeat(500) });
  const to = await git.treeOf(REPOSITORY, sha);

  const whole = await git.diff(REPOSITORY, { from: base, to, maxBytes: 100_000 });
  expect(whole).toContain("+++ b/new.txt");
  expect(whole.match(/^\+line$/gm)).toHaveLength(500);

  const cut = await git.diff(REPOSITORY, { from: base, to, maxBytes: 1000 });
  expect(cut.endsWith("+line\n[cut: the difference is longer than 1000 bytes]\n")).toBe(true);
  expect(cut.length).toBeLessThan(1100);
});

test("files of a commit are read by their names, and nothing else is", async () => {
  await using world = await makeWorld({
    "docs/a.md": "A\n",
    "docs/deep/b.md": "B\n",
    "docsx/c.md": "C\n",
    "big.txt": "x".repeat(1024 * 1024 + 1),
  });
  await world.person.run(
    "update-index",
    "--add",
    "--cacheinfo",
    `120000,${await world.person.run("rev-parse", "HEAD:docs/a.md")},link`,
  );
  await world.person.run("commit", "--quiet", "-m", "link");
  await world.person.run("push", "--quiet", "origin", "HEAD:main");
  const { git } = world;
  await git.fetch(REPOSITORY);
  const sha = await mainTip(git);

  expect(await git.listFiles(REPOSITORY, { sha, under: "docs" })).toEqual(["docs/a.md", "docs/deep/b.md"]);
  expect(await git.listFiles(REPOSITORY, { sha, under: "docs/" })).toEqual(["docs/a.md", "docs/deep/b.md"]);
  expect(await git.listFiles(REPOSITORY, { sha, under: "nowhere" })).toEqual([]);
  expect(await git.listFiles(REPOSITORY, { sha, under: "" })).toHaveLength(4);
  const read = (path: string) => git.readFile(REPOSITORY, { sha, path });
  expect(await read("docs/deep/b.md")).toBe("B\n");
  for (const path of [
    "docs",
    "docs/",
    "link",
    "big.txt",
    "nowhere",
    "docs/*.md",
    ":/docs/a.md",
    "",
    "/etc/passwd",
    "../x",
  ]) {
    expect(await read(path)).toBeNull();
  }
});

function moveByForce(remote: string, to: Sha): void {
  execFileSync("git", ["-C", remote, "update-ref", `refs/heads/${BRANCH}`, to]);
}
