import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import type { World } from "../harness/world.ts";
import { quickConfig } from "./quickConfig.ts";
import type { Delivery } from "../github/webhooks.ts";

const BY_HAND = { config: quickConfig({ autoMerge: false }) };
const AUTO_MERGE = { config: quickConfig() };

/** Handles everything there is to do, with the webhooks of each round passed on as `pass` says. */
async function drainWith(world: World, pass: (held: readonly Delivery[]) => readonly Delivery[]): Promise<void> {
  const { webhooks } = world.github;
  do {
    await webhooks.release(pass);
    webhooks.drop(() => true, { logged: false });
    await world.drain();
  } while (webhooks.held().length > 0);
}

function isLabel({ event, payload }: Delivery): boolean {
  const { action, label } = payload as { action?: string; label?: { name?: string } };
  return event === "issues" && action === "labeled" && label?.name === "autopack";
}

function isClosing({ event, action }: Delivery): boolean {
  return event === "pull_request" && action === "closed";
}

/** Labels an issue and lets its run become promotable. From then on webhooks are held. */
async function promotable(world: World): Promise<{ readonly issue: number; readonly pull: number }> {
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");
  world.github.webhooks.hold();
  return { issue, pull: run.pull?.number ?? 0 };
}

describe("webhooks of a run that Autopack merges", () => {
  const ways = [
    { way: "each comes twice", pass: (held: readonly Delivery[]) => held.flatMap((one) => [one, one]) },
    { way: "each round comes in reverse", pass: (held: readonly Delivery[]) => held.toReversed() },
    { way: "only the label's ever comes", pass: (held: readonly Delivery[]) => held.filter(isLabel) },
  ];
  for (const { way, pass } of ways) {
    scenario(
      way,
      async (world) => {
        world.github.webhooks.hold();
        const issue = await world.labelIssue("autopack");
        await drainWith(world, pass);
        expectPromoted(await pictureOf(world, issue), { phases: 1 });
      },
      AUTO_MERGE,
    );
  }
});

describe("a person merges", () => {
  scenario(
    "and the news of the merge's own push is handled first: nothing that was judged is taken back",
    async (world) => {
      const { issue, pull } = await promotable(world);
      await world.github.mergePull(pull, { as: "bob" });
      world.hold("verify_run");
      await drainWith(world, (held) => held.toSorted((a, b) => Number(isClosing(a)) - Number(isClosing(b))));
      world.release();
      await world.drain();
      expectPromoted(await pictureOf(world, issue), { phases: 1 });
    },
    BY_HAND,
  );

  for (const method of ["merge", "squash", "rebase"] as const) {
    scenario(
      `(${method}), and the news of it is lost: the push tells`,
      async (world) => {
        const { issue, pull } = await promotable(world);
        await world.github.mergePull(pull, { as: "bob", method });
        await drainWith(world, (held) => held.filter((delivery) => !isClosing(delivery)));
        const run = await world.settled(issue, "promoted");
        expect(await world.github.labels(issue)).toEqual(["autopack:done"]);
        expect(world.check(run.head, "autopack/promotion")).toMatchObject({ conclusion: "success" });
        expect(await world.github.branches()).toEqual(["main"]);
      },
      BY_HAND,
    );
  }

  scenario(
    "and deletes the branch, which is heard of first",
    async (world) => {
      const { issue, pull } = await promotable(world);
      await world.github.mergePull(pull, { as: "bob" });
      await world.github.deleteBranch(`autonomous/${(await world.run(issue)).id}`, { as: "bob" });
      await drainWith(world, (held) => held.toReversed());
      expectPromoted(await pictureOf(world, issue), { phases: 1 });
      expect(await world.events((await world.run(issue)).id)).not.toContain("history_rewritten");
    },
    BY_HAND,
  );

  scenario(
    "and deletes the branch, and that is all that is heard",
    async (world) => {
      const { issue, pull } = await promotable(world);
      await world.github.mergePull(pull, { as: "bob" });
      await world.github.deleteBranch(`autonomous/${(await world.run(issue)).id}`, { as: "bob" });
      await drainWith(world, (held) => held.filter(isDeletion));
      expectPromoted(await pictureOf(world, issue), { phases: 1 });
    },
    BY_HAND,
  );
});

function isDeletion({ event, payload }: Delivery): boolean {
  return event === "push" && (payload as { deleted?: boolean }).deleted === true;
}

scenario(
  "a person closes the pull request and deletes the branch, which is heard of first: the run was given up",
  async (world) => {
    const { issue, pull } = await promotable(world);
    await world.github.closePull(pull, { as: "bob" });
    await world.github.deleteBranch(`autonomous/${(await world.run(issue)).id}`, { as: "bob" });
    await drainWith(world, (held) => held.filter(isDeletion));
    expect((await world.settled(issue)).state).toMatchObject({ kind: "cancelled", why: "pull_request_closed" });
  },
  BY_HAND,
);
