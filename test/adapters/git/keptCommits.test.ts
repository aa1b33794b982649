import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import type { Sha } from "../../../src/domain/ids.ts";
import { REPOSITORY, mainTip, makeWorld } from "./world.ts";
import type { World } from "./world.ts";

const RUN = "42-k3f9x2ab";

async function refs({ root }: World): Promise<readonly string[]> {
  const mirror = join(root, "mirrors", `${REPOSITORY.id}.git`);
  const { stdout } = await execa("git", ["--git-dir", mirror, "for-each-ref", "--format=%(refname) %(objectname)"]);
  return stdout.split("\n").filter((line) => line.startsWith("refs/autopack/"));
}

async function commitOn(world: World, parent: Sha, message: string): Promise<Sha> {
  const tree = await world.git.treeOf(REPOSITORY, parent);
  return world.git.commit(REPOSITORY, { tree, parent, message, at: "2026-03-04T05:06:07Z" });
}

test("a kept commit outlives fetches, and is nowhere on the remote", async () => {
  await using world = await makeWorld();
  const { git, person } = world;
  await git.fetch(REPOSITORY);
  const first = await commitOn(world, await mainTip(git), "One\n");
  const second = await commitOn(world, first, "Two\n");

  await git.keep(REPOSITORY, { name: RUN, sha: first });
  await git.keep(REPOSITORY, { name: RUN, sha: second });
  await git.keep(REPOSITORY, { name: RUN, sha: second });
  await person.push("main", { "more.txt": "more\n" });
  await git.fetch(REPOSITORY);

  expect(await refs(world)).toEqual([`refs/autopack/dry/${RUN} ${second}`]);
  const remote = await execa("git", ["--git-dir", world.remote, "for-each-ref", "--format=%(refname)"]);
  expect(remote.stdout).toBe("refs/heads/main");
  expect(await git.tip(REPOSITORY, `autonomous/${RUN}`)).toBeNull();
});

test("what is forgotten is gone; forgetting it again is fine", async () => {
  await using world = await makeWorld();
  await world.git.fetch(REPOSITORY);
  await world.git.keep(REPOSITORY, { name: RUN, sha: await mainTip(world.git) });
  await world.git.forget(REPOSITORY, RUN);
  await world.git.forget(REPOSITORY, RUN);
  expect(await refs(world)).toEqual([]);
});

test.each(["../../heads/main", "-d", "", "main"])("%j is no name to keep under", async (name) => {
  await using world = await makeWorld();
  await world.git.fetch(REPOSITORY);
  const sha = await mainTip(world.git);
  await expect(world.git.keep(REPOSITORY, { name, sha })).rejects.toThrow("is not a run's id");
});
