import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EnvironmentFailure, Failure } from "../../src/domain/failure.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { advance } from "../../src/engine/advance.ts";
import { createRun } from "../../src/engine/createRun.ts";
import type { JobDeps } from "../../src/jobs/handler.ts";
import { mergePull } from "../../src/jobs/mergePull.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { projectRun } from "../../src/jobs/projectRun.ts";
import { enqueue } from "../../src/store/queue.ts";
import { savePublication } from "../../src/store/publications.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { getRun } from "../../src/store/runs.ts";
import { queuedRun, RUN_ID, SETTINGS, sha } from "../domain/runFixture.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import { landing, planned, VERIFIED } from "../projections/story.ts";
import { breaking, fakeGithub } from "./fakeForge.ts";
import type { FakeGithub } from "./fakeForge.ts";
import { saveFixtureSpec } from "../harness/fixtureSpec.ts";

const AUTO_MERGE: Partial<Settings> = { promotion: { ...SETTINGS.promotion, merge: "autopack" } };
const MERGED: RunEvent = { kind: "pull_merged", sha: sha("e"), by: "bob" };

let store: Awaited<ReturnType<typeof createStore>>;
let github: FakeGithub;
let deps: JobDeps;

beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => {
  await emptyTables(store.knex);
  github = fakeGithub();
  deps = depsOf(github);
  await begin(RUN_ID);
});

function depsOf({ forge }: FakeGithub): JobDeps {
  const used: Pick<JobDeps, "store" | "forges" | "log" | "webUrl" | "advance" | "enqueue"> & {
    readonly sandbox: Pick<JobDeps["sandbox"], "isolation">;
  } = {
    store,
    forges: { of: async () => forge, botLogin: async () => "autopack[bot]", installationOf: async () => 7 },
    sandbox: { isolation: "bubblewrap" },
    log: pino({ level: "silent" }),
    webUrl: "https://github.com",
    advance: async (runId, event) => advance(store, runId, event),
    enqueue: async (tx, intent) => enqueue(store, tx, intent),
  };
  // Nothing else of a worker's is touched by these jobs.
  return used as JobDeps;
}

async function begin(id: RunId): Promise<void> {
  const { repository, request } = queuedRun();
  await store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    await saveFixtureSpec(tx, repository.id);
    await createRun(store, tx, { id, repository, request, delivery: null });
    await savePublication(tx, id, { target: "label:autopack", digest: "on", remoteId: null });
  });
}

async function tell(events: readonly RunEvent[]): Promise<void> {
  for (const event of events) await advance(store, RUN_ID, event);
}

/** The queue's part: a job that failed is done again. */
async function untilDone(job: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await job();
    } catch (error) {
      if (!(error instanceof Failure) || error.retry === "never" || tries > 5) throw error;
    }
  }
}

async function project(): Promise<void> {
  await untilDone(async () => projectRun({ kind: "project_run", runId: RUN_ID }, deps));
}

async function merge(): Promise<void> {
  const { head } = await getRun(store.knex, RUN_ID);
  if (head === null) throw new Error("there is nothing to merge");
  await untilDone(async () => mergePull({ kind: "merge_pull", runId: RUN_ID, head }, deps));
}

/** Events whose effect GitHub shows: projecting after the others as well only takes time. */
function isShown({ kind }: RunEvent): boolean {
  return kind === "plan_ready" || kind === "phase_integrated" || kind === "gates_verified";
}

interface Story {
  readonly titles?: string[];
  /** After which events GitHub is brought up to date; by default after each, as a worker does. */
  readonly projected?: (event: RunEvent) => boolean;
}

async function live(settings: Parameters<typeof planned>[0], story: Story = {}): Promise<void> {
  const { titles, projected = () => true } = story;
  const phases = titles?.length ?? 2;
  const landings = [landing(1, "b"), ...(phases > 1 ? [landing(2, "c", sha("b"))] : [])].flat();
  const verified = { ...VERIFIED, head: sha(phases > 1 ? "c" : "b") } as RunEvent;
  await project();
  for (const event of [...planned(settings, titles), ...landings, verified]) {
    await tell([event]);
    if (projected(event)) await project();
  }
}

/** What GitHub shows, without what differs from try to try. */
function shown(): object {
  return {
    comments: [...github.comments.values()].map(({ body }) => timeless(body)),
    labels: [...github.labels].toSorted(),
    pulls: [...github.pulls.values()].map(({ title, body, draft, state }) => ({
      title,
      body: timeless(body),
      draft,
      state,
    })),
    checks: [...github.checks.values()].toSorted((left, right) => left.externalId.localeCompare(right.externalId)),
  };
}

function timeless(text: string): string {
  return text.replaceAll(/\d+ ms of agent time/g, "some agent time");
}

async function liveAndMerge(projected: (event: RunEvent) => boolean = () => true): Promise<void> {
  await live(AUTO_MERGE, { projected });
  await merge();
  await project();
}

describe("a run from label to merge", () => {
  test("is shown as it is at its end: one comment, one pull request, one check run a gate and commit", async () => {
    await liveAndMerge();
    expect((await getRun(store.knex, RUN_ID)).state.kind).toBe("promoted");
    expect([...github.comments.values()].map(({ body }) => body)).toEqual([
      expect.stringMatching(/^<!-- autopack:run:7-k3f9x2ab -->\n\n### 🎉 Autopack: promoted as eeeeeee by autopack/),
    ]);
    expect([...github.labels].toSorted()).toEqual(["autopack:done", "bug"]);
    expect([...github.pulls.values()]).toMatchObject([{ draft: false, state: "closed" }]);
    const checks = [...github.checks.values()].map(({ name, sha: at, conclusion }) => [
      name,
      at.slice(0, 1),
      conclusion,
    ]);
    expect(checks).toEqual([
      ["autopack/promotion", "b", "neutral"],
      ["autopack/preflight", "c", "success"],
      ["autopack/ci", "c", "success"],
      ["autopack/audit", "c", "success"],
      ["autopack/promotion", "c", "success"],
    ]);
  });

  test("stays within 12 + 3 calls a phase, the label setter's role included", async () => {
    await liveAndMerge();
    expect(github.calls).toEqual([
      // The label becomes the run's, before there is anything to tell.
      "removeLabel",
      "addLabels",
      // The plan, and the first phase.
      "createComment",
      "createPull",
      "createCheck",
      "updateComment",
      // The second phase, verified.
      "createCheck",
      "createCheck",
      "createCheck",
      "createCheck",
      "updateCheck",
      "getPull",
      "updatePull",
      "mergePull",
      "removeLabel",
      "addLabels",
      "updateComment",
    ]);
    expect(github.calls).toHaveLength(CALLS);
    expect(CALLS + 1).toBeLessThanOrEqual(12 + 3 * 2);
  });

  test("of one phase as well", async () => {
    await live(AUTO_MERGE, { titles: ["Greet"] });
    await merge();
    await project();
    expect(github.calls.length + 1).toBeLessThanOrEqual(12 + 3);
    expect([...github.pulls.values()]).toMatchObject([{ draft: false, state: "closed" }]);
  });

  test("costs nothing when nothing has changed", async () => {
    await liveAndMerge();
    const before = github.calls.length;
    await project();
    await projectRun({ kind: "project_run", runId: RUN_ID }, deps);
    expect(github.calls).toHaveLength(before);
  });

  test("a person's merge is waited for, and said so", async () => {
    await live({});
    const [{ body } = { body: "" }] = [...github.comments.values()];
    expect(body).toContain("### ✅ Autopack: ready to merge");
    expect(body).toMatch(/\*\*Needed from you:\*\* merge \[#\d+\]/);
    await tell([MERGED]);
    await project();
    expect([...github.labels].toSorted()).toEqual(["autopack:done", "bug"]);
  });
});

/** As many as "stays within 12 + 3 calls" lists. */
const CALLS = 17;

async function afterBreaking(interfere: FakeGithub["interfere"]): Promise<object> {
  await emptyTables(store.knex);
  github = fakeGithub();
  github.interfere = interfere;
  deps = depsOf(github);
  await begin(RUN_ID);
  await liveAndMerge(isShown);
  return shown();
}

describe("each call broken once, before and after its effect", () => {
  let expected: object;

  beforeAll(async () => {
    expected = await afterBreaking(() => undefined);
  });

  test.each(Array.from({ length: CALLS }, (_, index) => index + 1))("call %i", async (call) => {
    expect(await afterBreaking(breaking("before", call))).toEqual(expected);
    expect(await afterBreaking(breaking("after", call))).toEqual(expected);
  });
});

describe("what people do meanwhile", () => {
  test("a deleted comment and a deleted check run are made again", async () => {
    await live({});
    github.comments.clear();
    github.checks.clear();
    await tell([{ kind: "merge_refused", head: sha("c"), message: "Required review is missing" }]);
    await project();
    expect(github.comments.size).toBe(1);
    expect([...github.checks.values()].map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ["autopack/promotion", "action_required"],
    ]);
  });

  test("what they write into the pull request stays, its title too", async () => {
    await project();
    await tell([...planned(), ...landing(1, "b")]);
    await project();
    const [pull] = github.pulls.values();
    if (pull === undefined) throw new Error("there is no pull request");
    github.pulls.set(pull.number, { ...pull, title: "My title", body: `Mine.\n\n${pull.body}` });
    await tell([...landing(2, "c", sha("b")), VERIFIED]);
    await project();
    const now = github.pulls.get(pull.number);
    expect(now).toMatchObject({ title: "My title", draft: false });
    expect(now?.body).toMatch(/^Mine\.\n\n<!-- autopack:begin -->[^]*What was done[^]*<!-- autopack:end -->$/);
  });

  test("a pull request they opened for the branch is taken over", async () => {
    await tell([...planned(), ...landing(1, "b")]);
    const opened = await github.forge.createPull({ head: "x", base: "main", title: "By hand", body: "", draft: false });
    await project();
    expect(github.pulls.size).toBe(1);
    expect((await getRun(store.knex, RUN_ID)).pull).toEqual({
      number: opened?.number,
      nodeId: opened?.nodeId,
      draft: false,
    });
  });

  test("one that they closed before the run knew it ends the run", async () => {
    await tell([...planned(), ...landing(1, "b")]);
    const opened = await github.forge.createPull({ head: "x", base: "main", title: "By hand", body: "", draft: false });
    if (opened !== null) github.pulls.set(opened.number, { ...opened, state: "closed" });
    await project();
    expect((await getRun(store.knex, RUN_ID)).state).toMatchObject({ kind: "cancelled", why: "pull_request_closed" });
    expect([...github.comments.values()][0]?.body).toContain("🛑 Autopack: cancelled");
  });
});

describe("what the run does meanwhile", () => {
  test("what is out of date by then is not written", async () => {
    await tell(planned());
    github.interfere = async (moment, call) => {
      if (moment === "after" && call === 1) await tell([{ kind: "cancel_requested", by: "bob" }]);
    };
    await project();
    expect(github.calls).toEqual(["removeLabel", "createComment"]);
    expect([...github.comments.values()][0]?.body).toContain("🛑 Autopack: cancelled");
  });

  test("two workers at once make one of each", async () => {
    await tell([...planned({}, ["Greet"]), ...landing(1, "b"), { ...VERIFIED, head: sha("b") } as RunEvent]);
    await Promise.all([project(), project(), project()]);
    expect(github.comments.size).toBe(1);
    expect(github.pulls.size).toBe(1);
    expect(github.checks.size).toBe(4);
  });

  test("a verification that a push has caused is shown", async () => {
    await live({});
    await tell([{ kind: "head_moved", from: sha("c"), to: sha("d"), by: "alice", commits: 1 }]);
    await project();
    expect([...github.comments.values()][0]?.body).toContain("🔎 Autopack: verifying");
    const onNewHead = [...github.checks.values()].filter((check) => check.sha === sha("d"));
    expect(onNewHead).toMatchObject([{ name: "autopack/promotion", status: "in_progress" }]);
  });

  test("an older run of the issue leaves the newer one's labels alone", async () => {
    await tell([...planned(), { kind: "work_failed", intent: "check_phase", message: "disk full" }]);
    await project();
    expect(github.labels).toContain("autopack:blocked");
    github.labels.add("autopack");
    const newer = "7-zzzzzzzz" as RunId;
    await begin(newer);
    await projectRun({ kind: "project_run", runId: newer }, deps);
    expect([...github.labels].toSorted()).toEqual(["autopack:running", "bug"]);
    await tell([{ kind: "cancel_requested", by: "bob" }]);
    await project();
    expect([...github.labels].toSorted()).toEqual(["autopack:running", "bug"]);
  });
});

describe("what GitHub refuses", () => {
  class Forbidden extends Failure {
    readonly retry = "never";
  }

  test("a missing permission for one thing does not keep the rest from being shown", async () => {
    await tell([...planned(), ...landing(1, "b")]);
    github.interfere = (moment) => {
      if (moment === "before" && github.calls.at(-1) === "createCheck") throw new Forbidden("checks: write is missing");
    };
    await expect(projectRun({ kind: "project_run", runId: RUN_ID }, deps)).rejects.toThrow("checks: write is missing");
    expect(github.comments.size).toBe(1);
    expect(github.pulls.size).toBe(1);
  });

  test("a rate limit stops all of it", async () => {
    await tell([...planned(), ...landing(1, "b")]);
    github.interfere = () => {
      throw new EnvironmentFailure("rate limit", { retry: { afterMs: 5000 } });
    };
    await expect(projectRun({ kind: "project_run", runId: RUN_ID }, deps)).rejects.toMatchObject({
      retry: { afterMs: 5000 },
    });
    expect(github.calls).toHaveLength(1);
  });
});

describe("merging", () => {
  test("a refusal is told, and not asked again", async () => {
    github.mergeOutcome = { kind: "refused", message: "Required review is missing" };
    await live(AUTO_MERGE);
    await merge();
    await project();
    expect([...github.comments.values()][0]?.body).toContain("⚠️ Autopack: ready, but GitHub would not merge it");
    await merge();
    expect(github.calls.filter((call) => call === "mergePull")).toHaveLength(1);
  });

  test("a head that has moved is looked at", async () => {
    github.mergeOutcome = { kind: "head_moved" };
    await live(AUTO_MERGE);
    await merge();
    const waiting = await store.knex("pgboss.job").where({ name: "watch_head" }).pluck("data");
    expect(waiting).toEqual([{ kind: "watch_head", runId: RUN_ID }]);
    expect((await getRun(store.knex, RUN_ID)).state.kind).toBe("promotable");
  });

  test("nothing is merged where the policy leaves it to people", async () => {
    await live({});
    await merge();
    expect(github.calls).not.toContain("mergePull");
  });
});
