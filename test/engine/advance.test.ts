import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AttemptId, DeliveryId, RunId } from "../../src/domain/ids.ts";
import type { Intent } from "../../src/domain/intent.ts";
import { advance } from "../../src/engine/advance.ts";
import { createRun } from "../../src/engine/createRun.ts";
import { historyOf } from "../../src/store/events.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { getRun } from "../../src/store/runs.ts";
import { spendOf } from "../../src/store/spend.ts";
import {
  attemptFailed,
  audited,
  built,
  candidate,
  checked,
  planReady,
  queuedRun,
  RUN_ID,
  sha,
  started,
} from "../domain/runFixture.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import { saveFixtureSpec } from "../harness/fixtureSpec.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

async function begin(id: RunId = RUN_ID, delivery: DeliveryId | null = null): Promise<boolean> {
  const { repository, request } = queuedRun();
  return store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    await saveFixtureSpec(tx, repository.id);
    return createRun(store, tx, { id, repository, request, delivery });
  });
}

async function jobs(): Promise<readonly string[]> {
  const rows: { data: Intent }[] = await store.knex("pgboss.job").orderBy("created_on").select("data");
  return rows.map(({ data }) => data.kind);
}

describe("createRun", () => {
  test("starts one run, with its history and its work", async () => {
    expect(await begin()).toBe(true);
    expect(await getRun(store.knex, RUN_ID)).toEqual(queuedRun());
    expect((await historyOf(store.knex, RUN_ID)).map(({ seq, kind }) => [seq, kind])).toEqual([[1, "run_created"]]);
    expect(await jobs()).toEqual(["prepare_run", "project_run"]);
  });

  test("an issue has one live run at a time, however many ask at once", async () => {
    const ids = ["7-aaaaaaaa", "7-bbbbbbbb", "7-cccccccc", "7-dddddddd"] as RunId[];
    const outcomes = await Promise.all(ids.map(async (id) => begin(id)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  test("a delivery that is handled twice starts one run", async () => {
    const delivery = "0b6f0a0e-5c5e-4b1e-9d0a-0d9d5b1c0001" as DeliveryId;
    await begin(RUN_ID, delivery);
    await advance(store, RUN_ID, { kind: "cancel_requested", by: "alice" });
    expect(await begin("7-zzzzzzzz" as RunId, delivery)).toBe(false);
  });
});

describe("advance", () => {
  test("what is saved reads back as what was decided, attempts and gates included", async () => {
    await begin();
    const phase = `${RUN_ID}.1`;
    const events = [
      { kind: "planning_started" },
      planReady({}, ["Greet", "Part"]),
      started(`${phase}.1`),
      attemptFailed(`${phase}.1`, "boom"),
      started(`${phase}.2`),
      built(`${phase}.2`, candidate("1")),
      checked(phase, candidate("1")),
      audited(`${phase}.3`, { patch: candidate("1").patch, decision: "approve" }),
      { kind: "phase_integrated", phaseId: phase, sha: sha("b") },
      { kind: "pull_opened", pull: { number: 8, nodeId: "PR_8", draft: true } },
    ] as Parameters<typeof advance>[2][];
    for (const event of events) {
      const decided = await advance(store, RUN_ID, event);
      expect(await getRun(store.knex, RUN_ID)).toEqual({
        ...decided,
        gates: expect.arrayContaining([...decided.gates]),
      });
    }
    const run = await getRun(store.knex, RUN_ID);
    expect(run.phases[0]?.pastAttempts.map(({ state }) => state)).toEqual(["failed", "completed"]);
    expect(await store.knex("checkpoints").where({ run_id: RUN_ID }).pluck("sha")).toEqual([sha("b")]);
    expect(await spendOf(store.knex, RUN_ID)).toMatchObject({ attempts: 3 });
    const history = await historyOf(store.knex, RUN_ID);
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
    expect(history.map(({ kind }) => kind)).toEqual(["run_created", ...events.map(({ kind }) => kind)]);
  });

  test("a stale event leaves no trace", async () => {
    await begin();
    const before = await historyOf(store.knex, RUN_ID);
    await advance(store, RUN_ID, { kind: "attempt_lost", attemptId: `${RUN_ID}.1.1` as AttemptId });
    expect(await historyOf(store.knex, RUN_ID)).toEqual(before);
    expect(await jobs()).toEqual(["prepare_run", "project_run"]);
  });

  test("events that come at the same time are taken one after the other", async () => {
    await begin();
    await advance(store, RUN_ID, { kind: "planning_started" });
    await Promise.all(Array.from({ length: 8 }, async () => advance(store, RUN_ID, planReady())));
    const history = await historyOf(store.knex, RUN_ID);
    expect(history.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, "run_created"],
      [2, "planning_started"],
      [3, "plan_ready"],
    ]);
  });

  test("a transaction that fails takes state, history and jobs with it", async () => {
    await begin();
    const broken = {
      ...store,
      boss: Object.assign(Object.create(store.boss), { send: async () => Promise.reject(new Error("no queue")) }),
    };
    await expect(advance(broken, RUN_ID, { kind: "planning_started" })).rejects.toThrow("no queue");
    expect((await getRun(store.knex, RUN_ID)).state.kind).toBe("queued");
    expect(await historyOf(store.knex, RUN_ID)).toHaveLength(1);
  });

  test("a payload too long for a line is cut, and says so", async () => {
    await begin();
    const problems = Array.from({ length: 200 }, (_, line) => ({
      path: null,
      line,
      column: 1,
      message: "x".repeat(100),
    }));
    await advance(store, RUN_ID, { kind: "planning_started" });
    await advance(store, RUN_ID, { kind: "plan_refused", base: null, reason: "plan_invalid", message: "no", problems });
    expect(await store.knex("events").where({ run_id: RUN_ID, seq: 3 }).first("payload_truncated")).toEqual({
      payload_truncated: true,
    });
  });
});

describe("the history in SQL", () => {
  test.each([
    ["changed", "update events set kind = 'other'"],
    ["deleted", "delete from events"],
    ["truncated", "truncate events"],
  ])("cannot be %s", async (_, sql) => {
    await begin();
    await expect(store.knex.raw(sql)).rejects.toThrow("append-only");
  });

  test("numbers lines itself: a made-up number is ignored", async () => {
    await begin();
    await store.knex("events").insert({ run_id: RUN_ID, seq: 99, kind: "planning_started", payload: "{}" });
    expect((await historyOf(store.knex, RUN_ID)).map(({ seq }) => seq)).toEqual([1, 2]);
  });
});

describe("SQL repeats the invariants", () => {
  test.each([
    ["a made-up state", "update runs set state = 'dreaming'"],
    ["an end without a time", "update runs set state = 'cancelled'"],
    [
      "promotable without a head",
      `update runs set state = 'promotable', settings = '{}', plan = '{}', base_sha = repeat('a', 40), base_branch = 'main'`,
    ],
    ["building without a plan", "update runs set state = 'building'"],
  ])("%s is refused", async (_, sql) => {
    await begin();
    await expect(store.knex.raw(sql)).rejects.toThrow("violates check constraint");
  });

  test("a phase has one live attempt", async () => {
    await begin();
    await advance(store, RUN_ID, { kind: "planning_started" });
    await advance(store, RUN_ID, planReady());
    const second = store
      .knex("attempts")
      .insert({ id: `${RUN_ID}.1.2`, phase_id: `${RUN_ID}.1`, number: 2, role: "builder" });
    await expect(second).rejects.toThrow("attempts_one_live_per_phase");
  });
});
