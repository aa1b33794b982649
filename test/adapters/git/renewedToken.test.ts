import { expect, test } from "vitest";
import { gitAdapter } from "../../../src/adapters/git/gitAdapter.ts";
import { AUTHOR, REPOSITORY, TOKEN, mainTip, makeWorld } from "./world.ts";

const NEW_TOKEN = "ghs_newnewnewnewnewnewnewnewnewnewnewnewnew";

test("a token that is refused is replaced, and the call made once more", async () => {
  await using world = await makeWorld();
  let token = TOKEN;
  const renewals: boolean[] = [];
  const git = gitAdapter({
    root: world.root,
    remoteUrl: ({ owner, name }) => `${world.server.url}/${owner}/${name}.git`,
    token: async (_, { renewed }) => {
      renewals.push(renewed);
      if (renewed) token = NEW_TOKEN;
      return token;
    },
    author: AUTHOR,
  });
  await git.fetch(REPOSITORY);
  const main = await mainTip(git);
  renewals.length = 0;

  world.server.token = NEW_TOKEN;
  const pushed = await git.push(REPOSITORY, { branch: "autonomous/1-abcdefgh", sha: main, expected: null });

  expect(pushed).toEqual({ kind: "moved" });
  // The push itself, refused and repeated, and the reading back.
  expect(renewals).toEqual([false, true, false]);
});
