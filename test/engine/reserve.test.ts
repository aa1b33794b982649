import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Grant } from "../../src/domain/budget/budget.ts";
import { advance } from "../../src/engine/advance.ts";
import { recordFindings, release, settle } from "../../src/store/ledger.ts";
import { plannedPhase } from "../domain/runFixture.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import { ledgerRun, toLedgerRun } from "./ledgerWorld.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

function granted(amounts: object): Grant {
  return { kind: "granted", amounts };
}

function refusedAt(level: string, more: object = {}) {
  return expect.objectContaining({ kind: "refused", shortage: expect.objectContaining({ level, ...more }) });
}

async function settled(key: string, used: object): Promise<void> {
  await store.knex.transaction(async (tx) => settle(tx, { key, used }));
}

async function entries(): Promise<number> {
  const [row] = await store.knex("ledger_entries").count<{ count: number }[]>("* as count");
  return row?.count ?? 0;
}

describe("each level is hit exactly", () => {
  test("attempt: none gets more, and each gets as much again", async () => {
    const { attempt } = await ledgerRun(store, { attempt: { turns: 10, cost_usd: 2 } });
    const all = granted({ turns: 10, cost_usd: 2 });
    expect(await attempt(1, 2, { turns: 11 })).toEqual(all);
    expect(await attempt(1, 3, { turns: 11 })).toEqual(all);
  });

  test("phase: its category's tokens, over all its attempts", async () => {
    const { attempt } = await ledgerRun(store, {});
    expect(await attempt(1, 2, { tokens: 499_999 })).toEqual(granted({ tokens: 499_999 }));
    expect(await attempt(1, 3, { tokens: 500_000 })).toEqual(granted({ tokens: 1 }));
    const shortage = { measure: "tokens", cap: 500_000, spent: 500_000, reserved: 500_000, missing: 50_000 };
    expect(await attempt(1, 4, { tokens: 500_000 })).toEqual(refusedAt("phase", shortage));
    expect(await attempt(2, 2, { tokens: 10 })).toEqual(granted({ tokens: 10 }));
  });

  test("tier: its CI runs, whichever of its phases takes them", async () => {
    const { check } = await ledgerRun(store, { tier: { ci_runs: 4 } });
    for (const tree of ["a", "b", "c", "d"]) {
      expect(await check(1, tree)).toEqual(granted({ ci_runs: 1 }));
      await settled(`check/7-k3f9x2ab.1/${tree}`, { ci_runs: 1, seconds: 3 });
    }
    expect(await check(2, "e")).toEqual(refusedAt("tier", { cap: 4, spent: 4, missing: 1 }));
    expect(await check(3, "e")).toEqual(granted({ ci_runs: 1 }));
    expect(await check(null, "e")).toEqual(granted({ ci_runs: 1 }));
  });

  test("run: over its tiers", async () => {
    const { attempt } = await ledgerRun(store, { run: { tokens: 300 } });
    expect(await attempt(1, 2, { tokens: 100 })).toEqual(granted({ tokens: 100 }));
    expect(await attempt(3, 2, { tokens: 500 })).toEqual(granted({ tokens: 200 }));
    expect(await attempt(2, 2, { tokens: 500 })).toEqual(refusedAt("run", { cap: 300, spent: 300 }));
  });

  test("issue: over its runs, and what was added to one of them counts for all", async () => {
    const budgets = { issue: { turns: 10 } };
    const first = await ledgerRun(store, budgets, { id: "7-aaaaaaaa" });
    expect(await first.attempt(1, 2, { turns: 8 })).toEqual(granted({ turns: 8 }));
    await advance(store, first.run.id, { kind: "resumed", by: "alice", extra: { turns: 2 } });
    await advance(store, first.run.id, { kind: "cancel_requested", by: "alice" });
    const second = await ledgerRun(store, budgets, { id: "7-bbbbbbbb" });
    expect(await second.attempt(1, 2, { turns: 8 })).toEqual(granted({ turns: 4 }));
    expect(await second.attempt(2, 2, { turns: 1 })).toEqual(refusedAt("issue", { cap: 12, spent: 12 }));
    const other = await ledgerRun(store, budgets, { id: "8-cccccccc", issue: 8 });
    expect(await other.attempt(1, 2, { turns: 8 })).toEqual(granted({ turns: 8 }));
  });

  test("day: over the issues of a repository, and as new on the next", async () => {
    const budgets = { day: { cost_usd: 20 } };
    const first = await ledgerRun(store, budgets, { id: "7-aaaaaaaa", issue: 7 });
    const second = await ledgerRun(store, budgets, { id: "8-bbbbbbbb", issue: 8 });
    expect(await first.attempt(1, 2, { turns: 5 })).toEqual(granted({ turns: 5 }));
    await settled("7-aaaaaaaa.1.2", { cost_usd: 19.999_999, turns: 5 });
    expect(await second.attempt(1, 2, {})).toEqual(granted({}));
    await settled("8-bbbbbbbb.1.2", { cost_usd: 0.000_001 });
    expect(await second.attempt(1, 3, {})).toEqual(refusedAt("day", { measure: "cost_usd", cap: 20, spent: 20 }));
    await store.knex("ledger_entries").update({ created_at: store.knex.raw("created_at - interval '1 day'") });
    expect(await second.attempt(1, 3, {})).toEqual(granted({}));
  });

  test("findings: as many minor ones as the run may have, and no change after one more", async () => {
    const { run, attempt, check } = await ledgerRun(store, {}, { phases: [plannedPhase("One")] });
    const record = async (keys: readonly string[]): Promise<void> =>
      store.knex.transaction(async (tx) => recordFindings(tx, run, keys));
    await record(["a", "b", "a"]);
    await record(["b", "c"]);
    expect(await attempt(1, 2, { turns: 1 })).toEqual(granted({ turns: 1 }));
    await record(["c", "d"]);
    expect(await attempt(1, 3, { turns: 1 })).toEqual(
      refusedAt("run", { measure: "findings", cap: 3, spent: 4, missing: 1 }),
    );
    expect(await check(1, "a")).toEqual(granted({ ci_runs: 1 }));
  });
});

describe("what is added to a run", () => {
  test("lets it go on, whatever cap of its own it has reached", async () => {
    const first = await ledgerRun(store, { run: { tokens: 500_000 } });
    await first.attempt(1, 2, { tokens: 500_000 });
    await settled("7-k3f9x2ab.1.2", { tokens: 512_331 });
    const refused = await first.attempt(1, 3, { tokens: 500_000 });
    expect(refused).toEqual(refusedAt("phase", { spent: 512_331, reserved: 0, missing: 62_331 }));
    const run = await advance(store, first.run.id, { kind: "resumed", by: "alice", extra: { tokens: 62_331 } });
    const { attempt } = toLedgerRun(store, run);
    expect(await attempt(1, 3, { tokens: 500_000 })).toEqual(granted({ tokens: 50_000 }));
  });
});

describe("an investigation", () => {
  test("has its own budget beside its phase's, and counts for everything above", async () => {
    const { attempt, investigation } = await ledgerRun(store, { run: { tokens: 600_000 } });
    await attempt(1, 2, { tokens: 500_000 });
    expect(await investigation(1, 3, { tokens: 200_000 })).toEqual(granted({ tokens: 100_000 }));
    expect(await attempt(2, 2, { tokens: 1 })).toEqual(refusedAt("run"));
    expect(await attempt(1, 4, { tokens: 1 })).toEqual(refusedAt("phase", { spent: 500_000 }));
  });
});

describe("side by side", () => {
  test("exactly as many are granted as fit", async () => {
    const { attempt } = await ledgerRun(store, { run: { turns: 5 } });
    const orders = Array.from({ length: 8 }, async (_, index) => attempt(1 + (index % 3), 10 + index, { turns: 1 }));
    const decided = await Promise.all(orders);
    expect(decided.filter(({ kind }) => kind === "granted")).toHaveLength(5);
    expect(decided.filter(({ kind }) => kind === "refused")).toHaveLength(3);
  });

  test("two runs share the last of their repository's day", async () => {
    const budgets = { day: { turns: 7 } };
    const runs = [
      await ledgerRun(store, budgets, { id: "7-aaaaaaaa", issue: 7 }),
      await ledgerRun(store, budgets, { id: "8-bbbbbbbb", issue: 8 }),
    ];
    const orders = runs.flatMap((each) => [2, 3, 4].map(async (number) => each.attempt(1, number, { turns: 2 })));
    const decided = await Promise.all(orders);
    const turns = decided.map((each) => (each.kind === "granted" ? (each.amounts.turns ?? 0) : 0));
    expect(turns.toSorted((left, right) => left - right)).toEqual([0, 0, 1, 2, 2, 2]);
  });

  test("the same key is reserved once, and all who ask are told the same", async () => {
    const { attempt } = await ledgerRun(store, { run: { tokens: 150 } });
    const decided = await Promise.all(Array.from({ length: 5 }, async () => attempt(1, 2, { tokens: 100 })));
    expect(decided).toEqual(decided.map(() => granted({ tokens: 100 })));
    expect(await entries()).toBe(1);
    expect(await attempt(1, 3, { tokens: 100 })).toEqual(granted({ tokens: 50 }));
  });
});

describe("asking again with the same key", () => {
  test("gives the same grant after a crash, also when caps are used up meanwhile", async () => {
    const { attempt } = await ledgerRun(store, { run: { tokens: 100 } });
    await attempt(1, 2, { tokens: 60 });
    await attempt(2, 2, { tokens: 60 });
    expect(await attempt(1, 2, { tokens: 60 })).toEqual(granted({ tokens: 60 }));
    await settled("7-k3f9x2ab.1.2", { tokens: 100 });
    expect(await attempt(1, 2, { tokens: 60 })).toEqual(granted({ tokens: 60 }));
    expect(await entries()).toBe(2);
  });

  test("is judged anew after a release", async () => {
    const { attempt } = await ledgerRun(store, { run: { tokens: 100 } });
    await attempt(1, 2, { tokens: 100 });
    await store.knex.transaction(async (tx) => release(tx, "7-k3f9x2ab.1.2"));
    expect(await attempt(2, 2, { tokens: 70 })).toEqual(granted({ tokens: 70 }));
    expect(await attempt(1, 2, { tokens: 100 })).toEqual(granted({ tokens: 30 }));
  });

  test("a refusal leaves no trace", async () => {
    const { attempt } = await ledgerRun(store, { run: { tokens: 0 } });
    expect(await attempt(1, 2, { tokens: 100 })).toEqual(refusedAt("run"));
    expect(await entries()).toBe(0);
  });
});

test("a check of something gives back what an earlier one of it has reserved and never reported", async () => {
  const { check } = await ledgerRun(store, { run: { ci_runs: 2 } });
  expect(await check(1, "a")).toEqual(granted({ ci_runs: 1 }));
  expect(await check(1, "b")).toEqual(granted({ ci_runs: 1 }));
  expect(await check(2, "c")).toEqual(granted({ ci_runs: 1 }));
  expect(await check(3, "d")).toEqual(refusedAt("run", { spent: 2, reserved: 2 }));
});

test("work under way is said to be reserved, so that a refusal can be waited out", async () => {
  const { attempt } = await ledgerRun(store, { run: { tokens: 100 } });
  await attempt(1, 2, { tokens: 40 });
  await settled("7-k3f9x2ab.1.2", { tokens: 30 });
  await attempt(2, 2, { tokens: 100 });
  expect(await attempt(3, 2, { tokens: 100 })).toEqual(refusedAt("run", { spent: 100, reserved: 70 }));
});
