import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const APPROVED = { config: { promotion: { approvals: 1, auto_merge: true } } };

describe("/autopack run", () => {
  scenario("starts a run for somebody with write access", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.openIssue();
    const asked = await world.comment(issue, "bob", "/autopack run");
    const run = await world.settled(issue, "promotable");
    expect(run.request.requester).toBe("bob");
    expect(world.reactions(asked)).toEqual(["eyes", "rocket"]);
    expect(await world.answers(issue)).toEqual([]);
  });

  scenario("is refused to others, in one line", async (world) => {
    const issue = await world.openIssue();
    const asked = await world.comment(issue, "tri", "/autopack run");
    await world.drain();
    expect(world.reactions(asked)).toEqual(["eyes", "-1"]);
    const [answer = "", ...more] = await world.answers(issue);
    expect(more).toEqual([]);
    expect(answer).toMatch(/write/);
    expect(await world.store.knex("runs")).toEqual([]);
  });

  scenario("is refused while a run is at work, and where it does not belong", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    await world.comment(issue, "bob", "/autopack run");
    await world.comment(run.pull?.number ?? 0, "bob", "/autopack run");
    await world.drain();
    expect((await world.answers(issue)).join()).toMatch(/already/);
    expect((await world.answers(run.pull?.number ?? 0)).join()).toMatch(/issues/);
    expect(await world.store.knex("runs").count<{ count: number }[]>("* as count")).toEqual([{ count: 1 }]);
  });

  scenario("a run that ended makes room for another", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const first = await world.settled(issue, "promotable");
    await world.comment(issue, "alice", "/autopack cancel");
    await world.settled(issue, "cancelled");
    await world.comment(issue, "alice", "/autopack run");
    const second = await world.settled(issue, "promotable");
    expect(second.id).not.toBe(first.id);
    expect(await world.github.branches()).toEqual(
      expect.arrayContaining([`autonomous/${first.id}`, `autonomous/${second.id}`]),
    );
  });
});

describe("/autopack status and help", () => {
  scenario("say so, on issues and pull requests, with and without a run", async (world) => {
    world.agent.edits(GREET);
    const bare = await world.openIssue();
    await world.comment(bare, "tri", "/autopack status");
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    const pull = run.pull?.number ?? 0;
    const asked = await world.comment(pull, "tri", "/autopack status");
    await world.comment(issue, "tri", "/autopack help");
    await world.drain();
    expect(world.reactions(asked)).toEqual(["eyes", "+1"]);
    expect((await world.answers(bare)).join()).toMatch(/no run/i);
    expect((await world.answers(pull)).join()).toContain("ready to merge");
    expect((await world.answers(issue)).join()).toContain("/autopack cancel");
  });

  scenario("need triage on a public repository", async (world) => {
    const issue = await world.openIssue();
    const asked = await world.comment(issue, "rita", "/autopack status");
    await world.drain();
    expect(world.reactions(asked)).toEqual(["eyes", "-1"]);
  });

  scenario(
    "need read on a private one",
    async (world) => {
      const issue = await world.openIssue();
      const asked = await world.comment(issue, "rita", "/autopack status");
      await world.drain();
      expect(world.reactions(asked)).toEqual(["eyes", "+1"]);
    },
    { private: true },
  );
});

describe("/autopack retry", () => {
  scenario(
    "takes a failed run up again, and the Builder knows why it failed",
    async (world) => {
      const learns = "grep -q 'no such greeting' $AUTOPACK_INSTRUCTIONS && echo '// mended' >> src/greet.js";
      world.agent.builds([{ sh: `${learns} || { echo no such greeting; exit 3; }` }]);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "failed");
      const asked = await world.comment(issue, "bob", "/autopack retry");
      const run = await world.settled(issue, "promotable");
      expect(world.reactions(asked)).toEqual(["eyes", "+1"]);
      expect(await world.events(run.id)).toContain("retry_requested");
      expect(run.phases[0]?.pastAttempts.map(({ state }) => state)).toEqual(["failed", "completed"]);
    },
    { config: { agents: { builder: { limits: { attempts: 1 } } } } },
  );

  scenario("is refused where nothing failed, and to a reader", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    await world.settled(issue, "promotable");
    await world.comment(issue, "bob", "/autopack retry");
    const asked = await world.comment(issue, "tri", "/autopack retry");
    await world.drain();
    expect((await world.answers(issue)).join()).toMatch(/nothing has failed/);
    expect(world.reactions(asked)).toEqual(["eyes", "-1"]);
  });

  scenario("works bare on the run's own pull request, and only there", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    const onPull = await world.comment(run.pull?.number ?? 0, "bob", "/retry");
    const onIssue = await world.comment(issue, "bob", "/retry");
    await world.drain();
    expect(world.reactions(onPull)).toEqual(["eyes", "-1"]);
    expect(world.reactions(onIssue)).toEqual([]);
  });
});

describe("/autopack cancel", () => {
  scenario("kills what runs, at once, and keeps what has landed", async (world) => {
    world.agent.builds({ "1": [{ edits: GREET }], "2": [{ sh: "sleep 600" }] });
    const issue = await world.labelIssue("autopack", { body: "- [ ] Greet\n- [ ] Sleep\n" });
    world.hold("build_phase");
    await world.drain();
    await world.step("build_phase");
    await world.drain();
    world.agent.during("builder", async () => {
      await world.comment(issue, "bob", "/autopack cancel");
      await world.github.settled();
      await world.step("handle_delivery");
    });
    await world.step("build_phase");
    world.release();
    const run = await world.settled(issue, "cancelled");
    expect(run.state).toMatchObject({ by: "bob", why: "command" });
    expect(await world.github.branch(`autonomous/${run.id}`)).toBe(run.head);
    expect(run.phases[1]?.attempt?.state).toBe("cancelled");
    expect(world.check(run.head, "autopack/promotion")).toMatchObject({ conclusion: "cancelled" });
  });

  scenario("is refused to people without write access, and after the end", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    await world.settled(issue, "promotable");
    const refused = await world.comment(issue, "rita", "/autopack cancel");
    await world.settled(issue, "promotable");
    expect(world.reactions(refused)).toEqual(["eyes", "-1"]);
    await world.comment(issue, "alice", "/autopack cancel");
    await world.settled(issue, "cancelled");
    await world.comment(issue, "alice", "/autopack cancel");
    await world.drain();
    expect((await world.answers(issue)).at(-1)).toMatch(/ended/);
  });
});

describe("/autopack approve", () => {
  scenario(
    "is what a promotion waits for, where the configuration asks for one",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      const waiting = await world.settled(issue, "promotable");
      expect(world.check(waiting.head, "autopack/promotion")).toMatchObject({ conclusion: "action_required" });
      const asked = await world.comment(
        waiting.pull?.number ?? 0,
        "bob",
        `/autopack approve ${waiting.head?.slice(0, 7)}`,
      );
      await world.settled(issue, "promoted");
      expect(world.reactions(asked)).toEqual(["eyes", "+1"]);
      expect(world.check(waiting.head, "autopack/promotion")).toMatchObject({ conclusion: "success" });
    },
    APPROVED,
  );

  scenario(
    "is refused to the requester, to people without write access, and for another commit",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      const { pull } = await world.settled(issue, "promotable");
      const place = pull?.number ?? 0;
      const own = await world.comment(place, "alice", "/autopack approve");
      const weak = await world.comment(place, "tri", "/autopack approve");
      const other = await world.comment(place, "bob", "/autopack approve 1234567");
      const run = await world.settled(issue, "promotable");
      expect(run.approvals).toEqual([]);
      for (const id of [own, weak, other]) expect(world.reactions(id)).toEqual(["eyes", "-1"]);
      expect(await world.answers(place)).toHaveLength(3);
    },
    APPROVED,
  );

  scenario(
    "dies with a push",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      const before = await world.settled(issue, "promotable");
      await world.comment(before.pull?.number ?? 0, "bob", "/autopack approve");
      await world.settled(issue, "promotable");
      await world.github.pushCommit({
        as: "mona",
        branch: `autonomous/${before.id}`,
        files: { "README.md": "touched\n" },
        message: "Touch",
      });
      const run = await world.settled(issue, "promotable");
      expect(run.head).not.toBe(before.head);
      expect(world.check(run.head, "autopack/promotion")).toMatchObject({ conclusion: "action_required" });
    },
    { config: { promotion: { approvals: 1 } } },
  );

  scenario("says so where no approval is asked for", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    await world.settled(issue, "promotable");
    await world.comment(issue, "bob", "/autopack approve");
    await world.drain();
    expect((await world.answers(issue)).join()).toMatch(/no approval/);
  });

  scenario(
    "of the plan, where the configuration asks for one, starts the building",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "awaiting_approval");
      expect(await world.statusComment(issue)).toContain("/autopack approve");
      await world.comment(issue, "bob", "/autopack approve");
      await world.settled(issue, "promotable");
    },
    { config: { plan: { approval: true } } },
  );
});

describe("what is and is not a command", () => {
  scenario("quotes, code, bots and edits are passed over; several commands are each answered", async (world) => {
    const issue = await world.openIssue();
    const quoted = await world.comment(issue, "bob", "> /autopack run\n\n```\n/autopack run\n```\n");
    const wrong = await world.comment(issue, "bob", "/autopack retyr");
    const both = await world.comment(issue, "bob", "/autopack help\n/autopack status");
    const harmless = await world.comment(issue, "bob", "hello");
    await world.github.editComment(harmless, "/autopack run", { as: "bob" });
    await world.drain();
    expect(world.reactions(quoted)).toEqual([]);
    expect(world.reactions(harmless)).toEqual([]);
    expect(world.reactions(wrong)).toEqual(["eyes", "confused"]);
    expect(world.reactions(both)).toEqual(["eyes", "+1"]);
    const answers = await world.answers(issue);
    expect(answers).toHaveLength(3);
    expect(answers.join()).toContain("retry");
    expect(await world.store.knex("runs")).toEqual([]);
  });

  scenario("a delivery that comes twice is obeyed once", async (world) => {
    const issue = await world.openIssue();
    const asked = await world.comment(issue, "bob", "/autopack help");
    await world.drain();
    const delivery = world.github.webhooks.log().find(({ event }) => event === "issue_comment");
    world.github.webhooks.redeliver(delivery?.id ?? 0);
    await world.drain();
    expect(await world.answers(issue)).toHaveLength(1);
    expect(world.reactions(asked)).toEqual(["eyes", "+1"]);
  });
});
