import { expect } from "vitest";
import type { ApiRequest } from "../../src/domain/apiRequest.ts";
import { WRITE_BURST } from "../../src/domain/writePace.ts";
import { storeGovernor } from "../../src/engine/storeGovernor.ts";
import type { Governor } from "../../src/ports/governor.ts";
import { apiCallsOf } from "../../src/store/apiCalls.ts";
import type { Store } from "../../src/store/store.ts";
import type { Call } from "../github/callLog.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const EDIT = { "src/greet.js": "export const greet = () => 'hi';\n" };

/** What the app asked of the API, exchanges for tokens aside. */
function ownCalls({ github }: World): readonly Call[] {
  return github
    .calls()
    .filter(({ kind, actor, path }) => kind !== "git" && isOwn(actor) && !path.endsWith("/access_tokens"));
}

function isOwn(actor: string): boolean {
  return actor === "app" || actor.endsWith("[bot]");
}

function writesOf(world: World): readonly Call[] {
  return ownCalls(world).filter(({ method }) => method !== "GET");
}

scenario("thirty commands in a burst are shown with a handful of writes", async (world) => {
  world.agent.edits(EDIT);
  const issue = await world.labelIssue("autopack");
  await world.settled(issue, "promotable");
  world.hold("project_run", "post_answer");
  const commands = Array.from({ length: 5 }, (_, index) => `/autopack hold reason="look ${index}"\n/autopack unhold`);
  for (const who of ["mona", "alice", "bob"] as const) await world.comment(issue, who, commands.join("\n"));
  await world.drain();
  const { rows } = await world.store.knex.raw<{ rows: { answers: number }[] }>(
    "select count(*)::int as answers from answers",
  );
  expect(rows).toEqual([{ answers: 30 }]);

  world.release();
  world.hold("post_answer");
  world.github.calls.reset();
  await world.drain();

  expect(writesOf(world).length).toBeLessThanOrEqual(5);
});

/** A governor whose time passes only while somebody waits, and when each write went out by it. */
function governed() {
  let now = Date.UTC(2026, 10, 21);
  const sent: number[] = [];
  const governor = (store: Store): Governor => {
    const inner = storeGovernor({
      knex: store.knex,
      writesPerSecond: 1,
      signal: new AbortController().signal,
      time: { now: () => new Date(now), sleep: async (ms) => void (now += ms) },
    });
    return {
      ...inner,
      async admit(installationId: number, request: ApiRequest) {
        try {
          await inner.admit(installationId, request);
        } catch (error) {
          // Its job comes back later.
          now += 1000;
          throw error;
        }
        if (request.kind !== "read") sent.push(now);
      },
    };
  };
  return { governor, sent };
}

const many = governed();

scenario(
  "ten runs together write once a second, and each is shown in the end",
  async (world) => {
    const issues: number[] = [];
    for (let index = 0; index < 10; index += 1) issues.push(await world.labelIssue("autopack"));
    await world.drain();

    for (const issue of issues) expect(await world.statusComment(issue)).toContain("has no");
    expect(many.sent.length).toBe(writesOf(world).length);
    expect(many.sent.length).toBeGreaterThan(2 * WRITE_BURST);
    for (const [from, first] of many.sent.entries())
      for (const [more, last] of many.sent.slice(from).entries())
        expect(more + 1).toBeLessThanOrEqual(WRITE_BURST + (last - first) / 1000);
  },
  { config: null, governor: many.governor },
);

const paused = governed();

scenario(
  "a pause that GitHub asks one job for holds all of them, and nothing is used up",
  async (world) => {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    const issue = await world.labelIssue("autopack");
    await world.settled(issue);
    world.github.calls.reset();
    world.github.faults.add({
      path: /comments/,
      status: 403,
      headers: { "retry-after": "30" },
      body: { message },
      when: "before",
    });

    await world.comment(issue, "alice", "/autopack status");
    await world.comment(issue, "alice", "/autopack help");
    await world.drain();

    expect(world.github.faults.pending()).toEqual([]);
    expect(world.github.calls().filter(({ status }) => status === 403)).toHaveLength(1);
    expect(await world.answers(issue)).toHaveLength(2);
  },
  { config: null, governor: paused.governor },
);

scenario("the calls of a run are counted as GitHub counts them", async (world) => {
  world.agent.edits(EDIT);
  await world.openIssue();
  await world.drain();
  world.github.calls.reset();
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");

  const { calls, conditional } = await apiCallsOf(world.store.knex, run.id);
  const own = ownCalls(world);
  expect(calls).toBe(own.filter((call) => !call.conditional).length);
  expect(conditional).toBe(own.filter((call) => call.conditional).length);
});
