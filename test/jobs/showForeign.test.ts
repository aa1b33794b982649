import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import type { IntentOf } from "../../src/domain/intent.ts";
import type { RunId, Sha } from "../../src/domain/ids.ts";
import { NO_POLICY } from "../../src/domain/strategy/overrides.ts";
import { advance } from "../../src/engine/advance.ts";
import { createRun } from "../../src/engine/createRun.ts";
import type { JobDeps } from "../../src/jobs/handler.ts";
import { projectRun } from "../../src/jobs/projectRun.ts";
import { showForeign } from "../../src/jobs/showForeign.ts";
import { findCommitCheck } from "../../src/store/commitChecks.ts";
import { enqueue } from "../../src/store/queue.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { queuedRun, RUN_ID, sha } from "../domain/runFixture.ts";
import { emptyTables } from "../harness/database.ts";
import { saveFixtureSpec } from "../harness/fixtureSpec.ts";
import { createStore } from "../harness/store.ts";
import { landing, planned, refused } from "../projections/story.ts";
import { breaking, fakeGithub } from "./fakeForge.ts";
import type { FakeGithub } from "./fakeForge.ts";

const { repository, request } = queuedRun();
/** The head of the run below after its first phase. */
const HEAD = sha("b");

let store: Awaited<ReturnType<typeof createStore>>;
let github: FakeGithub;

beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => {
  await emptyTables(store.knex);
  github = fakeGithub();
  await saveRepository(store.knex, repository);
});

function deps(): JobDeps {
  const used: Pick<JobDeps, "store" | "forges" | "log" | "webUrl" | "policy" | "advance" | "enqueue"> & {
    readonly sandbox: Pick<JobDeps["sandbox"], "isolation">;
  } = {
    store,
    forges: { of: async () => github.forge, installationOf: async () => 7, botLogin: async () => "autopack[bot]" },
    sandbox: { isolation: "bubblewrap" },
    log: pino({ level: "silent" }),
    webUrl: "https://github.com",
    policy: NO_POLICY,
    advance: async (runId, event) => advance(store, runId, event),
    enqueue: async (tx, intent) => enqueue(store, tx, intent),
  };
  // Nothing else of a worker's is touched by these jobs.
  return used as JobDeps;
}

async function conclude(at: Sha, changes: Partial<IntentOf<"show_foreign">> = {}): Promise<void> {
  const intent = {
    kind: "show_foreign",
    repositoryId: repository.id,
    sha: at,
    why: "foreign_pull",
    pullNumber: 9,
  } as const;
  await showForeign({ ...intent, ...changes }, deps());
}

async function begin(id: RunId, events: readonly RunEvent[]): Promise<void> {
  await store.knex.transaction(async (tx) => {
    await saveFixtureSpec(tx, repository.id);
    await createRun(store, tx, { id, repository, request, delivery: null });
  });
  for (const event of events) await advance(store, id, event);
}

const project = async (runId = RUN_ID): Promise<void> => projectRun({ kind: "project_run", runId }, deps());
const shown = (): readonly string[] =>
  [...github.checks.values()].map(({ name, sha: at, title }) => `${name} ${at.slice(0, 1)} ${title}`);

describe("one check run of a name and commit", () => {
  test.each(["before", "after"] as const)("though its creation breaks %s it took effect", async (moment) => {
    github.interfere = breaking(moment, 1);
    await expect(conclude(sha("9"))).rejects.toThrow("broke");
    await conclude(sha("9"));
    await conclude(sha("9"));
    expect(shown()).toEqual(["autopack/promotion 9 Not an Autopack pull request"]);
    expect(github.calls.filter((call) => call === "findCheck")).toHaveLength(1);
  });

  test("from several workers at once", async () => {
    await Promise.all([conclude(sha("9")), conclude(sha("9")), conclude(sha("9"))]);
    expect(github.calls.filter((call) => call === "createCheck")).toHaveLength(1);
  });

  test("where a run has a head that was somebody else's commit before", async () => {
    await conclude(HEAD);
    await begin(RUN_ID, [...planned(), ...landing(1, "b")]);
    await project();
    expect(shown()).toEqual(["autopack/promotion b 1 of 2 phases done"]);
    await conclude(HEAD);
    expect(shown()).toEqual(["autopack/promotion b 1 of 2 phases done"]);
  });

  test.each(["before", "after"] as const)("where that one's creation broke %s it took effect", async (moment) => {
    github.interfere = breaking(moment, 1);
    await expect(conclude(HEAD)).rejects.toThrow("broke");
    await begin(RUN_ID, [...planned(), ...landing(1, "b")]);
    await project();
    expect(shown()).toEqual(["autopack/promotion b 1 of 2 phases done"]);
  });

  test("whichever of a run and a pull request comes first, or both at once", async () => {
    await begin(RUN_ID, [...planned(), ...landing(1, "b")]);
    await Promise.all([conclude(HEAD), project(), conclude(HEAD), project()]);
    expect(shown()).toEqual(["autopack/promotion b 1 of 2 phases done"]);
  });

  test("of two runs that are refused for the same configuration", async () => {
    const second = "8-zzzzzzzz" as RunId;
    const problems = [{ path: ".github/autopack.yml", line: 3, column: 5, message: "unknown key" }];
    await begin(RUN_ID, refused("config_invalid", "not valid", problems));
    await project();
    await begin(second, refused("config_invalid", "not valid", problems));
    await Promise.all([project(second), project(second)]);
    expect(shown()).toEqual(["autopack/config a 1 problem found"]);
    const place = { repositoryId: repository.id, sha: sha("a"), name: "config" } as const;
    expect((await findCommitCheck(store.knex, place))?.externalId).toBe(`${second}/config/${sha("a")}`);
  });
});

test("a pull request of a live run is its own business", async () => {
  await begin(RUN_ID, [
    ...planned(),
    ...landing(1, "b"),
    { kind: "pull_opened", pull: { number: 9, nodeId: "PR_9", draft: true } },
  ]);
  await conclude(sha("d"));
  expect(github.calls).toEqual([]);
});

test("a configuration that cannot be read does not keep the promotion from being concluded", async () => {
  github.interfere = (moment) => {
    if (moment === "before" && github.calls.at(-1) === "pullPaths") throw new Error("too large a change");
  };
  await expect(conclude(sha("9"))).rejects.toThrow("too large a change");
  expect(shown()).toEqual(["autopack/promotion 9 Not an Autopack pull request"]);
});
