import { expect, test } from "vitest";
import type { Sha } from "../../../src/domain/ids.ts";
import type { Git } from "../../../src/ports/git.ts";
import { REPOSITORY, makeWorld } from "./world.ts";

const WHOLE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

async function idsOf(git: Git, from: Sha, to: Sha) {
  return git.patchIds(REPOSITORY, { from, to: await git.treeOf(REPOSITORY, to) });
}

test("a revert's own id is the inverse id of what it reverts, wherever it lands", async () => {
  await using world = await makeWorld({ "list.txt": WHOLE, "other.txt": "x\n" });
  const base = await world.person.push("main", { "other.txt": "y\n" });
  const changed = await world.person.push("main", {
    "list.txt": WHOLE.replace("four", "4"),
    "new.txt": "new\n",
    "pic.bin": "\u0000\u0001",
  });
  const between = await world.person.push("main", { "other.txt": "z\n" });
  const reverted = await world.person.push("main", { "list.txt": WHOLE, "new.txt": null, "pic.bin": null });
  await world.git.fetch(REPOSITORY);

  const original = await idsOf(world.git, base, changed);
  const revert = await idsOf(world.git, between, reverted);

  expect(original.forward).toMatch(/^[0-9a-f]{40}$/);
  expect(revert.forward).toBe(original.inverse);
  expect(revert.inverse).toBe(original.forward);
  expect(original.forward).not.toBe(original.inverse);
  expect((await idsOf(world.git, changed, between)).forward).not.toBe(original.forward);
});

test("a change that changes nothing has no id", async () => {
  await using world = await makeWorld();
  const base = await world.person.push("main", {});
  await world.git.fetch(REPOSITORY);

  expect(await idsOf(world.git, base, base)).toEqual({ forward: "", inverse: "" });
});

test("what only moves in its file has the same id, and a binary file counts by its content", async () => {
  await using world = await makeWorld({ "a.txt": WHOLE, "pic.bin": "\u0000" });
  const base = await world.person.push("main", { "a.txt": `top\n\n\n\n\n\n${WHOLE}` });
  const moved = await world.person.push("main", { "a.txt": `top\n\n\n\n\n\n${WHOLE.replace("four", "4")}` });
  const back = await world.person.push("main", { "a.txt": WHOLE });
  const changed = await world.person.push("main", { "a.txt": WHOLE.replace("four", "4") });
  const one = await world.person.push("main", { "pic.bin": "\u0000\u0001" });
  const two = await world.person.push("main", { "pic.bin": "\u0000\u0002" });
  await world.git.fetch(REPOSITORY);

  expect(await idsOf(world.git, base, moved)).toEqual(await idsOf(world.git, back, changed));
  expect((await idsOf(world.git, changed, one)).forward).not.toBe((await idsOf(world.git, one, two)).forward);
});
