import { describe, expect } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };

async function promotable(world: World): Promise<{ readonly issue: number; readonly run: Run; readonly pull: number }> {
  world.agent.edits(GREET);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");
  return { issue, run, pull: run.pull?.number ?? 0 };
}

describe("a person turns the pull request", () => {
  scenario(
    "into a draft, which holds the run, and back, which lets it go on; the news in either order",
    async (world) => {
      const { issue, pull } = await promotable(world);
      await world.github.setDraft(pull, true, { as: "bob" });
      const held = await world.settled(issue, "promotable");
      expect(held.hold).toMatchObject({ how: "hold", by: "bob" });
      expect(held.pull?.draft).toBe(true);
      expect((await world.github.pull(pull)).draft).toBe(true);

      world.github.webhooks.hold();
      await world.github.setDraft(pull, false, { as: "bob" });
      await world.github.setDraft(pull, true, { as: "bob" });
      await world.github.setDraft(pull, false, { as: "bob" });
      await world.github.webhooks.release((waiting) => waiting.toReversed());
      await world.github.webhooks.release();
      const after = await world.settled(issue, "promotable");
      expect([after.hold, after.pull?.draft]).toEqual([null, false]);
    },
  );

  scenario("to another base: it is held, and says why", async (world) => {
    const { issue, run, pull } = await promotable(world);
    await world.github.pushRef("next", { as: "mona", sha: run.base?.sha ?? "" });
    await world.github.changeBase(pull, "next", { as: "bob" });
    const held = await world.settled(issue, "promotable");
    expect(held.hold).toMatchObject({
      how: "hold",
      by: "bob",
      reason: expect.stringContaining("from `main` to `next`"),
    });
    expect(world.check(held.head, "autopack/promotion")?.conclusion).not.toBe("success");
  });

  scenario(
    "to another base while somebody holds it: it fails, so that lifting the hold cannot pass it over",
    async (world) => {
      const { issue, run, pull } = await promotable(world);
      await world.comment(pull, "mona", "/autopack hold");
      await world.settled(issue, "promotable");
      await world.github.pushRef("next", { as: "mona", sha: run.base?.sha ?? "" });
      await world.github.changeBase(pull, "next", { as: "bob" });
      expect((await world.settled(issue, "failed")).state).toMatchObject({
        message: expect.stringContaining("`next`"),
      });
    },
  );
});

scenario(
  "a pull request that is opened again does not bring its run back; one line says how to go on",
  async (world) => {
    const { issue, pull } = await promotable(world);
    await world.github.closePull(pull, { as: "bob" });
    await world.settled(issue, "cancelled");
    await world.github.reopenPull(pull, { as: "bob" });
    await world.settled(issue, "cancelled");
    expect(await world.answers(pull)).toEqual([expect.stringMatching(/ended when it was closed.*`\/autopack run` on/)]);
  },
);
