import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Sha, TreeId } from "../../../src/domain/ids.ts";
import { READ, REPOSITORY, adapterFor, edit, mainTip, makeWorld } from "./world.ts";

const UNKNOWN = "0123456789012345678901234567890123456789" as Sha;

test("a mirror has the commits it fetched, and the trees that were captured from its checkouts", async () => {
  await using world = await makeWorld();
  const { git } = world;
  const checkout = await world.checkout();
  await edit(checkout, { "new.txt": "new\n" });
  await checkout.read(READ);
  const { tree } = await checkout.capture();
  const tip = await mainTip(git);

  expect(await git.has(REPOSITORY, [tip, tree])).toBe(true);
  expect(await git.has(REPOSITORY, [tip, UNKNOWN])).toBe(false);
  expect(await git.has(REPOSITORY, [tip, UNKNOWN, tree])).toBe(false);
});

test("what was pushed since, or captured on another machine, is not there before it is fetched or made", async () => {
  await using world = await makeWorld();
  await world.git.fetch(REPOSITORY);
  const elsewhere = adapterFor(join(world.folder, "elsewhere"), world.server);
  await elsewhere.fetch(REPOSITORY);
  const tip = await mainTip(elsewhere);
  const checkout = await elsewhere.checkout(REPOSITORY, { commit: tip });
  await edit(checkout, { "new.txt": "new\n" });
  await checkout.read(READ);
  const { tree } = await checkout.capture();

  expect(await world.git.has(REPOSITORY, [tip])).toBe(true);
  expect(await world.git.has(REPOSITORY, [tree])).toBe(false);

  const pushed = await world.person.push("main", { "pushed.txt": "pushed\n" });
  expect(await world.git.has(REPOSITORY, [pushed])).toBe(false);
  await world.git.fetch(REPOSITORY);
  expect(await world.git.has(REPOSITORY, [pushed])).toBe(true);
});

test("a mirror that is missing, or in which damage was met, has nothing", async () => {
  await using world = await makeWorld();
  const { git } = world;
  const mirror = join(world.root, "mirrors", `${REPOSITORY.id}.git`);
  await git.fetch(REPOSITORY);
  const tip = await mainTip(git);

  await writeFile(join(mirror, "autopack-damaged"), "");
  expect(await git.has(REPOSITORY, [tip])).toBe(false);

  await git.fetch(REPOSITORY);
  expect(await git.has(REPOSITORY, [tip])).toBe(true);
  await rm(mirror, { recursive: true });
  expect(await git.has(REPOSITORY, [tip])).toBe(false);
});

test("a mirror that was made anew has lost what was only captured into the one before", async () => {
  await using world = await makeWorld();
  const { git } = world;
  const checkout = await world.checkout();
  await edit(checkout, { "new.txt": "new\n" });
  await checkout.read(READ);
  const { tree } = await checkout.capture();
  const tip = await mainTip(git);
  expect(await git.has(REPOSITORY, [tip, tree])).toBe(true);

  await rm(join(world.root, "mirrors", `${REPOSITORY.id}.git`), { recursive: true });
  await git.fetch(REPOSITORY);

  expect(await git.has(REPOSITORY, [tip])).toBe(true);
  expect(await git.has(REPOSITORY, [tip, tree])).toBe(false);
});

test("only full ids are looked for", async () => {
  await using world = await makeWorld();
  await expect(world.git.has(REPOSITORY, ["main\nHEAD" as TreeId])).rejects.toThrow("not a full SHA");
});
