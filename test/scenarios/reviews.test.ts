import { randomUUID } from "node:crypto";
import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import type { ReviewRequest } from "../github/reviews.ts";
import type { World } from "../harness/world.ts";
import type { Run } from "../../src/domain/run.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const POLITE = { "src/greet.js": "export const greet = (name = 'you') => `good day ${name}`;\n" };
const APPROVALS = { config: { promotion: { approvals: 1 } } };

/** Turn 1 makes the change, phase 2 is the revision. */
function revised(world: World): void {
  world.agent.builds({
    "1": [{ edits: GREET }],
    "*": [
      // Needs to have been told what the reviewer wrote, where, and what stands there.
      { edits: POLITE, sh: TOLD, result: { summary: "greets politely now", findings: [] } },
    ],
  });
}

const TOLD =
  "grep -q 'asked for' $AUTOPACK_INSTRUCTIONS && grep -qi 'good day\\|polite\\|shorter' $AUTOPACK_INSTRUCTIONS";

async function promotable(world: World): Promise<{ readonly issue: number; readonly run: Run; readonly pull: number }> {
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");
  return { issue, run, pull: run.pull?.number ?? 0 };
}

const SUBMITTED = "pull_request_review.submitted";

const ASK = {
  event: "REQUEST_CHANGES",
  body: "Be more polite, please.",
  comments: [{ path: "src/greet.js", line: 1, body: "Say good day." }],
} satisfies ReviewRequest;

describe("a review that asks for changes", () => {
  scenario("becomes a phase, whose commit answers its threads, once", async (world) => {
    revised(world);
    const { issue, run, pull } = await promotable(world);
    await world.github.review(pull, { as: "bob", ...ASK });
    const after = await world.settled(issue, "promotable");

    expect(after.phases).toHaveLength(2);
    expect(after.phases[1]?.plan).toMatchObject({
      title: "Revision 1: Be more polite, please.",
      files: ["src/greet.js"],
      revision: {
        by: "bob",
        source: "review",
        round: 1,
        threads: [{ path: "src/greet.js", line: 1, hunk: expect.stringContaining("+export const greet") }],
      },
    });
    expect(await world.github.file(after.head ?? "", "src/greet.js")).toBe(POLITE["src/greet.js"]);
    const [asked, answer, ...more] = world.github.reviewComments(pull);
    expect(more).toEqual([]);
    expect(answer?.inReplyTo).toBe(asked?.id);
    expect(answer?.body).toContain(`Done in ${after.head}: greets politely now`);
    expect(await world.answers(pull)).toEqual([]);
    expect(run.head).not.toBe(after.head);
  });

  scenario("is taken up once, however often it is told", async (world) => {
    revised(world);
    const { issue, pull } = await promotable(world);
    await world.github.review(pull, { as: "bob", ...ASK });
    await world.settled(issue, "promotable");
    for (const { id, event } of world.github.webhooks.log())
      if (event.startsWith("pull_request_review")) world.github.webhooks.redeliver(id);
    await world.settled(issue, "promotable");
    const told = world.github.webhooks.log().filter(({ event, action }) => `${event}.${action}` === SUBMITTED);
    // Under other names, as when a sweep had seen the review by itself.
    for (const { event, payload } of told) await world.deps.receive({ id: randomUUID(), event, payload });
    const after = await world.settled(issue, "promotable");
    expect(after.phases).toHaveLength(2);
    expect(world.github.reviewComments(pull)).toHaveLength(2);
    expect(await world.answers(pull)).toEqual([]);
  });

  scenario(
    "takes its giver's approval back, and lets a second reviewer ask for more while the first is built",
    async (world) => {
      revised(world);
      const { issue, pull, run } = await promotable(world);
      await world.github.review(pull, { as: "bob", event: "APPROVE" });
      expect((await world.settled(issue, "promotable")).approvals).toEqual([{ sha: run.head, by: "bob" }]);
      world.agent.during("builder", async () => {
        await world.github.review(pull, { as: "mona", event: "REQUEST_CHANGES", body: "And shorter." });
        await world.github.settled();
        while (await world.step("handle_delivery"));
      });
      await world.github.review(pull, { as: "bob", ...ASK });
      const after = await world.settled(issue, "promotable");
      expect(after.approvals).toEqual([]);
      expect(after.phases.map(({ plan }) => plan.revision?.by)).toEqual([undefined, "bob", "mona"]);
    },
    APPROVALS,
  );

  scenario("of a reader changes nothing, and nothing is said", async (world) => {
    revised(world);
    const { issue, pull } = await promotable(world);
    await world.github.review(pull, { as: "rita", ...ASK });
    const after = await world.settled(issue, "promotable");
    expect(after.phases).toHaveLength(1);
    expect(await world.answers(pull)).toEqual([]);
  });

  scenario(
    "is answered with one line once the rounds are used up",
    async (world) => {
      revised(world);
      const { issue, pull } = await promotable(world);
      await world.github.review(pull, { as: "bob", ...ASK });
      await world.settled(issue, "promotable");
      await world.github.review(pull, { as: "mona", event: "REQUEST_CHANGES", body: "Again." });
      const after = await world.settled(issue, "promotable");
      expect(after.phases).toHaveLength(2);
      expect((await world.answers(pull)).join()).toMatch(/had its 1 rounds/);
    },
    { config: { reviews: { rounds: 1 } } },
  );

  scenario("after the end changes nothing, and is not answered", async (world) => {
    revised(world);
    const { issue, pull } = await promotable(world);
    await world.github.mergePull(pull, { as: "bob" });
    await world.settled(issue, "promoted");
    await world.github.review(pull, { as: "bob", ...ASK });
    await world.settled(issue, "promoted");
    expect(await world.answers(pull)).toEqual([]);
  });

  scenario("that is being built stops with the merge, and its threads get no answer", async (world) => {
    world.agent.builds({ "1": [{ edits: GREET }], "*": [{ sh: "sleep 600" }] });
    const { issue, pull } = await promotable(world);
    await world.github.review(pull, { as: "bob", ...ASK });
    world.agent.during("builder", async () => {
      await world.github.mergePull(pull, { as: "mona" });
      await world.github.settled();
      while (await world.step("handle_delivery"));
    });
    const after = await world.settled(issue, "promoted");
    expect(after.phases[1]?.state.kind).toBe("failed");
    expect(world.github.reviewComments(pull)).toHaveLength(1);
  });

  scenario(
    "a reply that was cut short after it was posted is not posted again",
    async (world) => {
      revised(world);
      const { issue, pull } = await promotable(world);
      const path = `/repos/acme/widget/pulls/${pull}/comments/.*/replies`;
      world.github.faults.add({ path: new RegExp(path), method: "POST", when: "after", status: 502, times: 1 });
      await world.github.review(pull, { as: "bob", ...ASK });
      await world.settled(issue, "promotable");
      expect(world.github.faults.pending()).toEqual([]);
      expect(world.github.reviewComments(pull)).toHaveLength(2);
    },
    { tolerant: true },
  );
});

describe("an approving review", () => {
  scenario(
    "approves the commit it was given for",
    async (world) => {
      world.agent.edits(GREET);
      const { issue, run, pull } = await promotable(world);
      expect(world.check(run.head, "autopack/promotion")).toMatchObject({ conclusion: "action_required" });
      await world.github.review(pull, { as: "bob", event: "APPROVE" });
      const after = await world.settled(issue, "promotable");
      expect(after.approvals).toEqual([{ sha: run.head, by: "bob" }]);
      expect(world.check(run.head, "autopack/promotion")).toMatchObject({ conclusion: "success" });
    },
    APPROVALS,
  );

  scenario(
    "of the requester, of a reader, or of an earlier commit does not count",
    async (world) => {
      world.agent.edits(GREET);
      const { issue, run, pull } = await promotable(world);
      await world.github.review(pull, { as: "alice", event: "APPROVE" });
      await world.github.review(pull, { as: "rita", event: "APPROVE" });
      await world.github.review(pull, { as: "bob", event: "APPROVE", commit_id: run.base?.sha ?? "" });
      await world.settled(issue, "promotable");
      expect(world.check(run.head, "autopack/promotion")).toMatchObject({ conclusion: "action_required" });
      expect(await world.answers(pull)).toEqual([]);
    },
    APPROVALS,
  );

  scenario(
    "is withdrawn with its dismissal, or with a request for changes",
    async (world) => {
      world.agent.edits(GREET);
      const { issue, run, pull } = await promotable(world);
      const review = await world.github.review(pull, { as: "bob", event: "APPROVE" });
      await world.settled(issue, "promotable");
      await world.github.dismissReview(pull, review, { as: "mona", message: "not yet" });
      expect((await world.settled(issue, "promotable")).approvals).toEqual([]);
      expect(world.check(run.head, "autopack/promotion")).toMatchObject({ conclusion: "action_required" });
    },
    APPROVALS,
  );

  scenario(
    "two people approve and one pushes at once: only the approval of what was pushed counts",
    async (world) => {
      world.agent.edits(GREET);
      const { issue, run, pull } = await promotable(world);
      world.github.webhooks.hold();
      await world.github.review(pull, { as: "bob", event: "APPROVE" });
      const sha = await world.github.pushCommit({
        as: "alice",
        branch: `autonomous/${run.id}`,
        files: { "docs/note.md": "note\n" },
        message: "Note",
      });
      await world.github.review(pull, { as: "mona", event: "APPROVE" });
      // The approval of the new head is heard of before the push.
      await world.github.webhooks.release((waiting) => waiting.toReversed());
      await world.github.webhooks.release();
      const after = await world.settled(issue, "promotable");
      expect(after.head).toBe(sha);
      expect(after.approvals.filter((approval) => approval.sha === sha)).toEqual([{ sha, by: "mona" }]);
      expect(world.check(sha, "autopack/promotion")).toMatchObject({ conclusion: "success" });
    },
    APPROVALS,
  );
});

describe("commands in reviews", () => {
  scenario("are obeyed with the rights of whoever typed them; refusals are said in a comment", async (world) => {
    world.agent.edits(GREET);
    const { issue, pull } = await promotable(world);
    await world.github.review(pull, { as: "tri", event: "COMMENT", body: "/autopack cancel" });
    await world.settled(issue, "promotable");
    expect((await world.answers(pull)).join()).toMatch(/write/);
    await world.github.review(pull, { as: "bob", event: "COMMENT", body: "Enough.\n\n/autopack cancel" });
    await world.settled(issue, "cancelled");
  });

  scenario("a `fix` under a line is about that line, and is answered there", async (world) => {
    revised(world);
    const { issue, pull } = await promotable(world);
    await world.github.review(pull, {
      as: "bob",
      event: "REQUEST_CHANGES",
      comments: [{ path: "src/greet.js", line: 1, body: "/autopack fix say good day" }],
    });
    const after = await world.settled(issue, "promotable");
    expect(after.phases.map(({ plan }) => plan.revision?.source)).toEqual([undefined, "command"]);
    const [asked, answer] = world.github.reviewComments(pull);
    expect(world.github.reviewReactions(asked?.id ?? 0).map(({ content }) => content)).toEqual(["eyes", "+1"]);
    expect(answer?.body).toContain(`Done in ${after.head}`);
  });

  scenario("a `fix` in a review that asks for changes is not asked for twice", async (world) => {
    revised(world);
    const { issue, pull } = await promotable(world);
    await world.github.review(pull, { as: "bob", event: "REQUEST_CHANGES", body: "/autopack fix say good day" });
    const after = await world.settled(issue, "promotable");
    expect(after.phases).toHaveLength(2);
  });
});
