import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Attempt, AttemptState } from "../../src/domain/attempt.ts";
import type { Phase } from "../../src/domain/phase.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { release, releaseStale, recordFindings, settle } from "../../src/store/ledger.ts";
import { bookAttempts } from "../../src/store/ledgerAttempts.ts";
import { phaseHistory } from "../../src/store/ledgerHistory.ts";
import { spendAt, spendOf } from "../../src/store/spend.ts";
import { ledgerRun } from "../engine/ledgerWorld.ts";
import type { LedgerRun } from "../engine/ledgerWorld.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

const KEY = "7-k3f9x2ab.1.1";

async function entry(key = KEY): Promise<object> {
  return store.knex("ledger_entries").where({ key }).first();
}

async function begin(): Promise<LedgerRun> {
  const world = await ledgerRun(store, {});
  await world.attempt(1, 1, { tokens: 1000, turns: 10, seconds: 60 });
  return world;
}

describe("an entry", () => {
  test("holds what was reserved, then what was used, however much that is", async () => {
    await begin();
    expect(await entry()).toMatchObject({ state: "reserved", tokens: 1000, milliseconds: 60_000, settled_at: null });
    await settle(store.knex, { key: KEY, used: { tokens: 5000, cost_usd: 0.25, seconds: 1.5 } });
    expect(await entry()).toMatchObject({
      state: "settled",
      tokens: 5000,
      cost_micros: 250_000,
      turns: 0,
      milliseconds: 1500,
      settled_at: expect.any(Date),
    });
  });

  test("is settled once", async () => {
    await begin();
    await settle(store.knex, { key: KEY, used: { tokens: 5 } });
    const once = await entry();
    await settle(store.knex, { key: KEY, used: { tokens: 7 } });
    await release(store.knex, KEY);
    expect(await entry()).toEqual(once);
  });

  test("is released once, and settled by who reports all the same", async () => {
    await begin();
    await release(store.knex, KEY);
    const once = await entry();
    expect(once).toMatchObject({ state: "released", tokens: 0, turns: 0, milliseconds: 0 });
    await release(store.knex, KEY);
    expect(await entry()).toEqual(once);
    await settle(store.knex, { key: KEY, used: { tokens: 7 } });
    expect(await entry()).toMatchObject({ state: "settled", tokens: 7 });
  });

  test("that does not exist is settled and released without an effect", async () => {
    await settle(store.knex, { key: "nothing", used: { tokens: 7 } });
    await release(store.knex, "nothing");
    expect(await store.knex("ledger_entries")).toEqual([]);
  });

  test.each([
    ["a negative amount", "update ledger_entries set tokens = -1"],
    ["a made-up purpose", "update ledger_entries set purpose = 'fun'"],
    ["a settlement without a time", "update ledger_entries set state = 'settled'"],
    ["a release that kept something", "update ledger_entries set state = 'released', settled_at = now()"],
    ["an attempt without its row", "update ledger_entries set attempt_id = null"],
    ["a phase without a tier", "update ledger_entries set tier = null"],
    [
      "a settled entry whose clock runs",
      "update ledger_entries set state = 'settled', settled_at = now(), running_since = now()",
    ],
  ])("cannot be %s", async (_, sql) => {
    await begin();
    await expect(store.knex.raw(sql)).rejects.toThrow("violates check constraint");
  });
});

function phases({ run }: LedgerRun, state: AttemptState, usage = NO_USAGE): readonly Phase[] {
  const [first] = run.phases;
  if (first?.attempt === undefined || first.attempt === null) throw new Error("the first phase is not at work");
  const attempt: Attempt = { ...first.attempt, state, usage };
  return [{ ...first, attempt }];
}

/** Books a change of state; then the attempt's clock is set back, as if it had gone on for so long. */
async function book(
  world: LedgerRun,
  [from, to]: readonly [AttemptState, AttemptState],
  more: { readonly tokens?: number; readonly thenMs?: number } = {},
): Promise<void> {
  const { tokens = 0, thenMs = 0 } = more;
  const usage = { ...NO_USAGE, inputTokens: tokens };
  await bookAttempts(store.knex, { before: phases(world, from), after: phases(world, to, usage) });
  await store.knex.raw(
    "update ledger_entries set running_since = running_since - make_interval(secs => ?::float8 / 1000)",
    [thenMs],
  );
}

describe("bookAttempts", () => {
  test("settles with what was reported and the time it ran; waiting does not count", async () => {
    const world = await begin();
    await book(world, ["pending", "running"], { thenMs: 20_000 });
    await book(world, ["running", "paused"], { thenMs: 900_000 });
    expect(await entry()).toMatchObject({ state: "reserved", milliseconds: 60_000, running_since: null });
    await book(world, ["paused", "running"], { thenMs: 10_000 });
    await book(world, ["running", "failed"], { tokens: 42 });
    const booked = (await entry()) as { milliseconds: number; ran_ms: number };
    expect(booked).toMatchObject({ state: "settled", tokens: 42, turns: 0, running_since: null });
    expect(booked.milliseconds).toBe(booked.ran_ms);
    expect(booked.milliseconds).toBeGreaterThanOrEqual(30_000);
    expect(booked.milliseconds).toBeLessThan(90_000);
  });

  test("gives back what was reserved for an attempt that never began", async () => {
    const world = await begin();
    await book(world, ["pending", "cancelled"]);
    expect(await entry()).toMatchObject({ state: "released", tokens: 0 });
  });

  test("settles one whose start was lost with its worker and that has used something", async () => {
    const world = await begin();
    await book(world, ["pending", "completed"], { tokens: 5 });
    expect(await entry()).toMatchObject({ state: "settled", tokens: 5, milliseconds: 0 });
  });

  test("does so once, and nothing where nothing has changed", async () => {
    const world = await begin();
    await book(world, ["pending", "running"]);
    const running = await entry();
    await book(world, ["running", "running"]);
    expect(await entry()).toEqual(running);
    await book(world, ["running", "failed"], { tokens: 5 });
    const settled = await entry();
    await book(world, ["running", "failed"], { tokens: 9 });
    expect(await entry()).toEqual(settled);
  });
});

describe("releaseStale", () => {
  test("gives back what nobody works for any more, and nothing else", async () => {
    const world = await ledgerRun(store, {});
    const { knex } = store;
    // Its row says that it has ended; the other's that it runs.
    await world.attempt(1, 2, { tokens: 10 });
    await world.attempt(1, 1, { tokens: 20 });
    await world.check(2, "a");
    await world.check(null, "b");
    await world.attempt(3, 1, { tokens: 30 });
    await settle(knex, { key: "7-k3f9x2ab.3.1", used: { tokens: 31 } });
    expect(await releaseStale(knex)).toBe(3);
    expect(await releaseStale(knex)).toBe(0);
    const rows = await knex("ledger_entries").orderBy("key").select("key", "state", "tokens");
    expect(rows).toEqual([
      { key: "7-k3f9x2ab.1.1", state: "reserved", tokens: 20 },
      { key: "7-k3f9x2ab.1.2", state: "released", tokens: 0 },
      { key: "7-k3f9x2ab.3.1", state: "settled", tokens: 31 },
      { key: "check/7-k3f9x2ab.2/a", state: "released", tokens: 0 },
      { key: "verify/7-k3f9x2ab/b", state: "released", tokens: 0 },
    ]);
  });

  test("leaves the checks of what is being checked alone", async () => {
    const world = await ledgerRun(store, {});
    await world.check(1, "a");
    await store.knex("phases").where({ ordinal: 1 }).update({ state: "checking", candidate: "{}" });
    expect(await releaseStale(store.knex)).toBe(0);
  });
});

describe("spendAt", () => {
  test("shows what every level has spent beside its cap", async () => {
    const world = await ledgerRun(store, { day: { cost_usd: 20 } });
    await world.attempt(1, 1, { tokens: 100 });
    await settle(store.knex, { key: KEY, used: { tokens: 120, cost_usd: 0.5 } });
    await world.attempt(3, 1, { tokens: 50 });
    await world.investigation(1, 2, { tokens: 7 });
    await world.check(1, "a");
    await recordFindings(store.knex, world.run, ["a"]);
    const spent = await spendAt(store.knex, world.run);
    expect(spent.map(({ level, ordinal }) => [level, ordinal])).toEqual([
      ["phase", 1],
      ["phase", 2],
      ["phase", 3],
      ["tier", 1],
      ["tier", 2],
      ["run", null],
      ["issue", null],
      ["day", null],
    ]);
    const at = (index: number): object => spent[index] ?? {};
    expect(at(0)).toMatchObject({
      spent: { tokens: 120, ci_runs: 1 },
      reserved: { ci_runs: 1 },
      caps: { tokens: 500_000 },
    });
    expect(at(1)).toMatchObject({ spent: {}, reserved: {} });
    expect(at(3)).toMatchObject({ spent: { tokens: 127 }, caps: { tokens: 3_000_000 } });
    expect(at(5)).toMatchObject({
      spent: { tokens: 177, cost_usd: 0.5, ci_runs: 1, findings: 1 },
      reserved: { tokens: 57, ci_runs: 1 },
      caps: { tokens: 5_000_000 },
    });
    expect(at(7)).toMatchObject({ spent: { tokens: 177, cost_usd: 0.5 }, caps: { cost_usd: 20 } });
  });

  test("spendOf takes the time of attempts from the ledger, and what they reported from them", async () => {
    const world = await ledgerRun(store, {});
    await world.attempt(1, 2, {});
    const usage = JSON.stringify({ inputTokens: 3, outputTokens: 4, costUsd: 0.5, turns: 2 });
    await store.knex("attempts").where({ number: 2 }).update({ usage, started_at: store.knex.fn.now() });
    await store.knex("ledger_entries").update({ ran_ms: 1234 });
    expect(await spendOf(store.knex, world.run.id)).toEqual({
      usage: { inputTokens: 3, outputTokens: 4, costUsd: 0.5, turns: 2 },
      meteredTokens: 0,
      attempts: 1,
      agentMs: 1234,
      apiCalls: 0,
    });
  });
});

describe("phaseHistory", () => {
  test("adds up the newest phases that landed or failed, newest first", async () => {
    const world = await ledgerRun(store, {});
    for (const [phase, tokens] of [
      [1, 100],
      [2, 200],
      [3, 300],
    ] as const) {
      await world.attempt(phase, 1, { tokens: 1000 });
      await settle(store.knex, { key: `7-k3f9x2ab.${phase}.1`, used: { tokens, cost_usd: 0.5, seconds: 2 } });
      await world.attempt(phase, 2, {});
      await settle(store.knex, { key: `7-k3f9x2ab.${phase}.2`, used: { tokens: 1 } });
    }
    const ended = { complete: { sha: "b", landing: 1 }, failed: { reason: "no", cause: "phases_failed" } };
    for (const [ordinal, state] of [
      [1, "complete"],
      [3, "failed"],
    ] as const)
      await store
        .knex("phases")
        .where({ ordinal })
        .update({ state, state_detail: JSON.stringify(ended[state]) });
    const like = { category: "feature_scaffolding", complexity: null, costUsd: 0.5, seconds: 2 };
    const all = [
      { ...like, tokens: 301 },
      { ...like, tokens: 101 },
    ];
    expect(await phaseHistory(store.knex, world.run.repository.id)).toEqual(all);
    expect(await phaseHistory(store.knex, world.run.repository.id, 1)).toEqual(all.slice(0, 1));
    expect(await phaseHistory(store.knex, 999)).toEqual([]);
  });
});
