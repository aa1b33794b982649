import { describe, expect } from "vitest";
import { sweepDeliveries } from "../../src/jobs/sweeps/sweepDeliveries.ts";
import { sweepState } from "../../src/jobs/sweeps/sweepState.ts";
import type { StateSweep } from "../../src/jobs/sweeps/sweepState.ts";
import { listGaps } from "../../src/store/gaps.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const BETTER = { "src/greet.js": "export const greet = (name = 'you') => `hello, ${name}!`;\n" };

/** How what happens while the server is away is lost, and how it is found again. */
interface Outage {
  /** Its webhooks do not come. */
  lose(world: World, happening: () => Promise<void>): Promise<void>;
  /** The server is back. */
  heal(world: World): Promise<void>;
}

const NONE: Outage = {
  lose: async (_, happening) => happening(),
  heal: async (world) => world.drain(),
};

const LOGGED: Outage = {
  lose: async (world, happening) => lost(world, happening, { logged: true }),
  heal: async (world) => {
    await sweepDeliveries(world.deps);
    await world.drain();
    await sweepDeliveries(world.deps);
  },
};

const TRACELESS: Outage = {
  lose: async (world, happening) => lost(world, happening, { logged: false }),
  heal: async (world) => {
    expect(await sweepDeliveries(world.deps)).toMatchObject({ missing: 0 });
    await look(world);
    await world.drain();
  },
};

/** The state sweep comes first; what GitHub sends again is late, and finds everything done. */
const BOTH: Outage = {
  lose: LOGGED.lose,
  heal: async (world) => {
    await look(world);
    await look(world);
    await world.drain();
    await LOGGED.heal(world);
    await look(world);
    await world.drain();
  },
};

async function lost(
  { github }: World,
  happening: () => Promise<void>,
  options: { readonly logged: boolean },
): Promise<void> {
  github.webhooks.hold();
  await happening();
  github.webhooks.drop(undefined, options);
  await github.webhooks.release();
}

async function look(world: World): Promise<StateSweep | null> {
  return sweepState(world.deps, { onItsWayMs: 0 });
}

/** One feature's way from a label to a merge; each step happens while the server is away. */
async function story(world: World, { lose, heal }: Outage): Promise<object> {
  const { github } = world;
  world.agent.builds({ "1": [{ edits: GREET }], "*": [{ edits: BETTER }] });
  const issue = await world.openIssue();
  await world.drain();

  await lose(world, async () => github.addLabel(issue, "autopack", { as: "alice" }));
  await heal(world);
  const { pull, id } = await world.settled(issue, "promotable");
  const number = pull?.number ?? 0;

  await lose(world, async () => void (await world.comment(issue, "bob", "/autopack status")));
  await heal(world);

  await lose(world, async () => {
    const comments = [{ path: "src/greet.js", line: 1, body: "An exclamation mark, please." }];
    await github.review(number, { as: "bob", event: "REQUEST_CHANGES", body: "Friendlier.", comments });
  });
  await heal(world);
  await world.settled(issue, "promotable");

  await lose(world, async () => {
    await github.pushCommit({
      as: "bob",
      branch: `autonomous/${id}`,
      files: { "NOTES.md": "by hand\n" },
      message: "Note",
    });
  });
  await heal(world);
  await world.settled(issue, "promotable");

  await lose(world, async () => void (await github.mergePull(number, { as: "bob", method: "squash" })));
  await heal(world);
  const run = await world.settled(issue, "promoted");
  return outcome(world, { issue, number, id: run.id });
}

/** What people see in the end, without what differs from world to world. */
async function outcome(
  world: World,
  {
    issue,
    number,
    id,
  }: { readonly issue: number; readonly number: number; readonly id: Parameters<World["events"]>[0] },
): Promise<object> {
  const { github } = world;
  const heads = await github.log("main");
  const own = (text: string): string => text.replaceAll(id, "RUN").replaceAll(/[0-9a-f]{7,40}/g, "SHA");
  return {
    state: (await world.run(issue)).state.kind,
    events: await world.events(id),
    labels: await github.labels(issue),
    issue: (await github.issue(issue)).state,
    pulls: (await github.pulls()).map(({ merged, draft }) => ({ merged, draft })),
    answers: (await world.answers(issue)).length + (await world.answers(number)).length,
    comments: (await github.comments(issue)).length,
    threads: (await github.pull(number)).review_comments,
    files: [await github.file("main", "src/greet.js"), await github.file("main", "NOTES.md")],
    subjects: heads.map(({ subject }) => own(subject)),
    runs: await world.store.knex("runs").pluck("state"),
  };
}

/** Written where nothing is lost, and the same for everybody. */
async function expectTheUsual(found: object): Promise<void> {
  await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot("../../fixtures/outage/outcome.txt");
}

describe("a label, a command, a review, a push and a merge while the server is away", () => {
  scenario("are heard where nothing is lost", async (world) => {
    await expectTheUsual(await story(world, NONE));
    await sweepDeliveries(world.deps);
    expect(await look(world)).toMatchObject({ news: 0, failed: 0 });
    expect(await listGaps(world.store.knex)).toEqual([]);
  });

  for (const [name, outage, ends] of [
    ["are sent again, where GitHub's log has them", LOGGED, ["redelivery"]],
    ["are found in what GitHub shows, where they left no trace", TRACELESS, ["state_sweep"]],
    ["are acted on once, where both ways find them", BOTH, ["redelivery", "state_sweep"]],
  ] as const) {
    scenario(name, async (world) => {
      await expectTheUsual(await story(world, outage));
      const gaps = await listGaps(world.store.knex);
      expect(new Set(gaps.map(({ closedBy }) => closedBy))).toEqual(new Set(ends));
      const events = gaps
        .filter(({ closedBy }) => closedBy === ends[0])
        .map(({ event, action }) => `${event}.${action}`);
      expect(events).toEqual(
        expect.arrayContaining([
          "issues.labeled",
          "issue_comment.created",
          "pull_request_review.submitted",
          "push.null",
          "pull_request.closed",
        ]),
      );
    });
  }
});

describe("a sweep of what GitHub shows", () => {
  scenario("finds what happened together in the order in which it happened", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.openIssue();
    await world.drain();
    await TRACELESS.lose(world, async () => {
      await world.github.addLabel(issue, "autopack", { as: "alice" });
      await world.comment(issue, "bob", "/autopack pause");
      await world.github.editIssue(issue, { as: "alice", title: "Greet all" });
    });
    await TRACELESS.heal(world);
    const run = await world.run(issue);
    expect(run.hold).toMatchObject({ how: "pause", by: "bob" });
    expect(run.request).toMatchObject({ requester: "alice", title: "Greet all" });

    await TRACELESS.lose(world, async () => world.github.editIssue(issue, { as: "alice", title: "Greet nobody" }));
    await TRACELESS.heal(world);
    expect((await world.run(issue)).edited).toMatchObject({ title: "Greet nobody" });

    world.hold("end_closed");
    await TRACELESS.lose(world, async () => world.github.closeIssue(issue, { as: "alice" }));
    await TRACELESS.heal(world);
    expect(await look(world)).toMatchObject({ news: 0 });
    expect((await world.run(issue)).closing).toEqual({ by: "alice", epoch: 1, closed: true });
  });

  scenario(
    "finds a pull request that was made a draft, and an installation that lost its repository",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      const { pull } = await world.settled(issue, "promotable");
      await TRACELESS.lose(world, async () => world.github.setDraft(pull?.number ?? 0, true, { as: "bob" }));
      await TRACELESS.heal(world);
      expect((await world.run(issue)).hold).toMatchObject({ how: "hold", by: "bob", byDraft: true });

      await TRACELESS.lose(world, async () => world.github.installation.exclude("widget", "ada"));
      await TRACELESS.heal(world);
      expect((await world.run(issue)).state).toMatchObject({ kind: "cancelled", why: "access_removed" });
      expect(await look(world)).toMatchObject({ repositories: 0, news: 0 });
    },
  );

  scenario("that is interrupted leaves everything to the next one", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.openIssue();
    await world.drain();
    await TRACELESS.lose(world, async () => world.github.addLabel(issue, "autopack", { as: "alice" }));
    world.github.faults.add({ path: /issues\/comments/, status: 502, times: 1, when: "before" });
    expect(await look(world)).toMatchObject({ news: 0, failed: 1 });
    expect(await listGaps(world.store.knex)).toEqual([]);
    expect(await look(world)).toMatchObject({ news: 1, failed: 0 });
    await world.settled(issue, "promotable");
  });

  scenario(
    "asks two questions about a repository where nothing happened, and does not look at what is on its way",
    async (world) => {
      const issue = await world.openIssue();
      await world.drain();
      await look(world);
      await TRACELESS.lose(world, async () => world.github.addLabel(issue, "autopack", { as: "alice" }));
      const before = world.github.calls({ kind: "rest" }).length;
      expect(await sweepState(world.deps)).toMatchObject({ news: 0 });
      const asked = world.github.calls({ kind: "rest" }).slice(before);
      const about = asked.filter(({ path }) => path.includes("/repos/acme/widget/"));
      expect(about.map(({ path }) => path.replace(/\?.*/, ""))).toEqual([
        "/repos/acme/widget/issues",
        "/repos/acme/widget/issues/1/events",
        "/repos/acme/widget/issues/comments",
      ]);
    },
  );
});

scenario(
  "a redelivery that GitHub refuses for now is asked for by a later sweep; the others are not kept waiting for it",
  async (world) => {
    const issue = await world.openIssue();
    await world.drain();
    await LOGGED.lose(world, async () => {
      await world.github.addLabel(issue, "autopack:hold", { as: "alice" });
      await world.comment(issue, "bob", "/autopack status");
    });
    world.github.faults.add({ path: /attempts$/, status: 502, times: 1, when: "before" });
    await expect(sweepDeliveries(world.deps)).rejects.toThrow("once more");
    await sweepDeliveries(world.deps);
    await world.drain();
    expect(await sweepDeliveries(world.deps)).toEqual({ missing: 0, requested: 0, arrived: 1 });
    await world.store.knex.raw("update gaps set requested_at = requested_at - interval '6 minutes'");
    expect(await sweepDeliveries(world.deps)).toMatchObject({ requested: 1 });
    await world.drain();
    expect(await sweepDeliveries(world.deps)).toEqual({ missing: 0, requested: 0, arrived: 1 });
  },
);
