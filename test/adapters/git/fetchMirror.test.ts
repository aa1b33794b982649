import { chmod, mkdir, readFile, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { EnvironmentFailure } from "../../../src/domain/failure.ts";
import { READ, REPOSITORY, TOKEN, adapterFor, mainTip, makeWorld } from "./world.ts";
import type { World } from "./world.ts";

function mirrorPath(world: World): string {
  return join(world.root, "mirrors", `${REPOSITORY.id}.git`);
}

async function packOf(world: World): Promise<string> {
  const folder = join(mirrorPath(world), "objects/pack");
  const name = (await readdir(folder)).find((file) => file.endsWith(".pack"));
  if (name === undefined) throw new Error("no pack");
  await chmod(join(folder, name), 0o644);
  return join(folder, name);
}

async function failureOf(work: Promise<unknown>): Promise<EnvironmentFailure> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EnvironmentFailure)) throw new Error("no failure", { cause: error });
  return error;
}

test("branches come, move and go with the remote; tags stay away", async () => {
  await using world = await makeWorld();
  const { git, person } = world;
  await person.push("feature/one", { "one.txt": "1" });
  await person.run("tag", "v1");
  await person.run("push", "--quiet", "origin", "v1");
  await git.fetch(REPOSITORY);
  const before = await mainTip(git);
  expect(await git.tip(REPOSITORY, "feature/one")).not.toBeNull();

  const moved = await person.push("main", { "two.txt": "2" });
  await person.run("push", "--quiet", "origin", "--delete", "feature/one");
  await person.push("feature", { "three.txt": "3" });
  await git.fetch(REPOSITORY);

  expect(await mainTip(git)).toBe(moved);
  expect(moved).not.toBe(before);
  expect(await git.tip(REPOSITORY, "feature/one")).toBeNull();
  expect(await git.tip(REPOSITORY, "feature")).not.toBeNull();
  expect(await git.tip(REPOSITORY, "v1")).toBeNull();
});

test("an empty repository has no tips", async () => {
  await using world = await makeWorld();
  await rm(world.remote, { recursive: true });
  await execa("git", ["init", "--quiet", "--bare", world.remote]);

  await world.git.fetch(REPOSITORY);

  expect(await world.git.tip(REPOSITORY, "main")).toBeNull();
});

test("the token is on no disk, in no command line and in no message", async () => {
  await using world = await makeWorld();
  await world.git.fetch(REPOSITORY);
  const found = await execa("grep", ["-rlE", `${TOKEN}|Basic |x-access-token`, world.root], { reject: false });
  expect(found.stdout).toBe("");

  world.server.token = "ghs_anotheranotheranotheranotheranother1";
  const failure = await failureOf(world.git.fetch(REPOSITORY));

  expect(failure.retry).toBe("never");
  expect(failure.message).toMatch(/^Fetching acme\/widget: the remote does not accept the token\./);
  expect(failure.message).not.toMatch(/ghs_|Basic|eC1hY2Nlc3M/);
});

test.each([
  { status: 403, retry: "never", says: "the token may not do this" },
  { status: 404, retry: "never", says: "the repository is not there" },
  { status: 500, retry: "later", says: "could not be reached" },
  { status: 502, retry: "later", says: "could not be reached" },
])("a $status is taken for what it is", async ({ status, retry, says }) => {
  await using world = await makeWorld();
  world.server.faults = [{ on: "service=git-upload-pack", status }];

  const failure = await failureOf(world.git.fetch(REPOSITORY));

  expect(failure.retry).toBe(retry);
  expect(failure.message).toContain(says);
  // Nothing half made is left behind.
  expect((await readdir(join(world.root, "mirrors"))).filter((name) => name.includes(".new-"))).toEqual([]);
  await world.git.fetch(REPOSITORY);
});

test("a remote that hangs up or cannot be reached is tried again later", async () => {
  await using world = await makeWorld();
  // Twice: curl itself tries again once when a connection it kept open turns out to be closed.
  const lost = { on: "/git-upload-pack", loseAnswer: true };
  world.server.faults = [lost, { ...lost }];
  expect((await failureOf(world.git.fetch(REPOSITORY))).retry).toBe("later");

  await world.server.close();
  expect((await failureOf(world.git.fetch(REPOSITORY))).retry).toBe("later");
});

test("a renamed repository keeps its mirror, under its new and its old name", async () => {
  await using world = await makeWorld();
  await world.git.fetch(REPOSITORY);
  const { ino } = await stat(mirrorPath(world));
  await execa("mv", [world.remote, join(world.folder, "remotes/acme/gadget.git")]);
  await world.person.run("remote", "set-url", "origin", join(world.folder, "remotes/acme/gadget.git"));
  const tip = await world.person.push("main", { "renamed.txt": "x" });

  await world.git.fetch({ ...REPOSITORY, name: "gadget" });
  expect(await mainTip(world.git)).toBe(tip);

  world.server.renames.set("/acme/widget.git", "/acme/gadget.git");
  const later = await world.person.push("main", { "renamed.txt": "y" });
  await world.git.fetch(REPOSITORY);
  expect(await mainTip(world.git)).toBe(later);
  expect((await stat(mirrorPath(world))).ino).toBe(ino);
});

test.each([
  ["a truncated pack", async (world: World) => truncate(await packOf(world), 100)],
  ["a lost pack", async (world: World) => rm(await packOf(world))],
  ["a pack of zeros", async (world: World) => writeFile(await packOf(world), Buffer.alloc(4096))],
  ["no HEAD", async (world: World) => rm(join(mirrorPath(world), "HEAD"))],
  ["no objects", async (world: World) => rm(join(mirrorPath(world), "objects"), { recursive: true })],
  ["a config of junk", async (world: World) => writeFile(join(mirrorPath(world), "config"), "\0[[[")],
  ["a broken ref", async (world: World) => writeFile(join(mirrorPath(world), "refs/heads/main"), "")],
  [
    "a plain file in its place",
    async (world: World) => {
      await rm(mirrorPath(world), { recursive: true });
      await writeFile(mirrorPath(world), "x");
    },
  ],
])("a mirror with %s is made anew", async (_, damage) => {
  await using world = await makeWorld();
  // A pack, not loose objects.
  await world.person.push(
    "main",
    Object.fromEntries(Array.from({ length: 150 }, (__, n) => [`f${n}`, `content ${n}`])),
  );
  await world.git.fetch(REPOSITORY);
  await damage(world);
  const tip = await world.person.push("main", { "later.txt": "later" });

  await world.git.fetch(REPOSITORY);

  expect(await mainTip(world.git)).toBe(tip);
  const checkout = await world.checkout();
  expect(await checkout.read(READ)).toEqual({ changes: [], tampered: [] });
  expect((await readdir(join(world.root, "mirrors"))).toSorted()).toEqual(["7.git", "7.git.lock"]);
});

test("damage that only a reader meets makes the next fetch start anew", async () => {
  await using world = await makeWorld();
  await world.git.fetch(REPOSITORY);
  const tip = await mainTip(world.git);
  const blob = await world.person.run("rev-parse", "HEAD:README.md");
  const object = join(mirrorPath(world), "objects", blob.slice(0, 2), blob.slice(2));
  await chmod(object, 0o644);
  await writeFile(object, "");

  const failure = await failureOf(world.git.checkout(REPOSITORY, { commit: tip }));
  expect(failure.retry).toBe("later");
  expect(failure.message).toContain("the next fetch makes it anew");

  await expect(world.checkout()).resolves.toBeDefined();
});

test("what a killed fetch left behind is in nobody's way", async () => {
  await using world = await makeWorld();
  await mkdir(join(world.root, "mirrors", "7.git.new-dead"), { recursive: true });
  await world.git.fetch(REPOSITORY);
  await writeFile(join(mirrorPath(world), "packed-refs.lock"), "");
  await writeFile(join(mirrorPath(world), "refs/heads/main.lock"), "");
  const tip = await world.person.push("main", { "later.txt": "later" });

  await world.git.fetch(REPOSITORY);

  expect(await mainTip(world.git)).toBe(tip);
  expect((await readdir(join(world.root, "mirrors"))).toSorted()).toEqual(["7.git", "7.git.lock"]);
});

test("many callers share a fetch, and whoever asks late sees what happened before", async () => {
  await using world = await makeWorld();
  await world.git.fetch(REPOSITORY);
  const before = world.server.requests.length;
  await world.git.fetch(REPOSITORY);
  const each = world.server.requests.length - before;

  const first = world.git.fetch(REPOSITORY);
  const tip = await world.person.push("main", { "late.txt": "late" });
  await Promise.all([first, ...Array.from({ length: 20 }, () => world.git.fetch(REPOSITORY))]);

  expect(await mainTip(world.git)).toBe(tip);
  expect(world.server.requests.length - before).toBeLessThan(each * 7);
});

test("processes that fetch at once make one mirror between them", async () => {
  await using world = await makeWorld();
  const script = join(import.meta.dirname, "fetchOnce.ts");
  const run = () => execa(process.execPath, [script, world.root, world.server.url, TOKEN]);

  const tips = await Promise.all([run(), run(), run()]);

  expect(new Set(tips.map(({ stdout }) => stdout))).toEqual(new Set([await world.person.run("rev-parse", "HEAD")]));
  expect((await readdir(join(world.root, "mirrors"))).toSorted()).toEqual(["7.git", "7.git.lock"]);
});

test("checkouts of processes that are gone are removed, those of living ones are not", async () => {
  await using world = await makeWorld();
  const checkout = await world.checkout();
  const script = join(import.meta.dirname, "fetchOnce.ts");
  const dying = execa(process.execPath, [script, world.root, world.server.url, TOKEN, "leave-checkout"], {
    reject: false,
  });
  const { pid } = dying;
  expect((await dying).signal).toBe("SIGKILL");
  const folders = async () =>
    (await readdir(join(world.root, "checkouts"), { withFileTypes: true })).filter((entry) => entry.isDirectory());
  expect(await folders()).toHaveLength(2);

  await adapterFor(world.root, world.server).fetch(REPOSITORY);

  const left = await folders();
  expect(left).toHaveLength(2);
  expect(left.map(({ name }) => name).some((name) => name.startsWith(`${pid}-`))).toBe(false);
  expect(await readFile(join(checkout.path, "README.md"), "utf8")).toBe("# Widget\n");
});

test("without a mirror, or without the commit, one is told to fetch", async () => {
  await using world = await makeWorld();
  const failure = await failureOf(world.git.tip(REPOSITORY, "main"));
  expect(failure.retry).toBe("later");
  expect(failure.message).toContain("the next fetch makes it anew");

  await world.git.fetch(REPOSITORY);
  const unknown = "1".repeat(40) as Awaited<ReturnType<typeof mainTip>>;
  expect((await failureOf(world.git.treeOf(REPOSITORY, unknown))).retry).toBe("later");
  expect((await failureOf(world.git.checkout(REPOSITORY, { commit: unknown }))).message).toContain("acme/widget");
});
