import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { DeliveryId } from "../../src/domain/ids.ts";
import {
  beginAsking,
  closeArrived,
  closeGone,
  closeHopeless,
  dueGaps,
  listGaps,
  noteMissedNews,
  noteMissingDeliveries,
} from "../../src/store/gaps.ts";
import { sweepCompleted, sweptUntil } from "../../src/store/sweeps.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

const SEEN = ["issues", "push"];

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

/** GUIDs of the test's own, in the order of their numbers. */
function guidOf(n: number): DeliveryId {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}` as DeliveryId;
}

function gap(n: number, more: { readonly event?: string; readonly deliveredAt?: Date } = {}) {
  const common = { action: null, repositoryId: 101, installationId: 7, deliveredAt: new Date(Date.now() - 60_000 + n) };
  // A delivery's number does not fit a JavaScript number.
  return { guid: guidOf(n), loggedId: `${9_007_199_254_740_993n + BigInt(n)}`, event: "issues", ...common, ...more };
}

async function note(...gaps: readonly ReturnType<typeof gap>[]): Promise<number> {
  return noteMissingDeliveries(store.knex, gaps);
}

async function age(n: number, minutes: number): Promise<void> {
  await store.knex.raw("update gaps set requested_at = requested_at - make_interval(mins => ?) where guid = ?", [
    minutes,
    guidOf(n),
  ]);
}

async function due(): Promise<readonly string[]> {
  return (await dueGaps(store.knex)).map(({ guid }) => guid);
}

async function endOf(n: number): Promise<string | null | undefined> {
  return (await listGaps(store.knex)).find(({ guid }) => guid === guidOf(n))?.closedBy;
}

test("a gap is noted once, and asked for in the order in which GitHub sent", async () => {
  expect(await note(gap(2), gap(1))).toBe(2);
  expect(await note(gap(1), gap(3))).toBe(1);
  expect(await dueGaps(store.knex)).toEqual([1, 2, 3].map((n) => ({ guid: guidOf(n), loggedId: gap(n).loggedId })));
});

test("GitHub is asked five times at most, at growing distances", async () => {
  await note(gap(1));
  const distances = [5, 20, 80, 320, 1280];
  for (const minutes of distances) {
    expect(await due()).toEqual([guidOf(1)]);
    await beginAsking(store.knex, guidOf(1));
    await age(1, minutes - 1);
    expect(await due()).toEqual([]);
    expect(await closeHopeless(store.knex, SEEN)).toBe(0);
    await age(1, 1);
  }
  expect(await due()).toEqual([]);
  expect(await closeHopeless(store.knex, SEEN)).toBe(1);
  expect(await endOf(1)).toBe("given_up");
});

test("a gap is closed when its delivery has come", async () => {
  await note(gap(1), gap(2));
  await store.knex("deliveries").insert({ id: guidOf(1), event: "issues", payload: "{}", encoding: "identity" });
  expect(await closeArrived(store.knex)).toBe(1);
  expect([await endOf(1), await endOf(2)]).toEqual(["redelivery", null]);
  expect(await due()).toEqual([guidOf(2)]);
  expect(await closeArrived(store.knex)).toBe(0);
});

test("what is older than GitHub's log is given up, unless a state sweep has seen the like since", async () => {
  const deliveredAt = new Date(Date.now() - 4 * 86_400_000);
  await note(gap(1, { deliveredAt }), gap(2, { deliveredAt, event: "check_run" }));
  await sweepCompleted(store.knex, "state", new Date(Date.now() + 1000));
  expect(await closeHopeless(store.knex, SEEN)).toBe(2);
  expect([await endOf(1), await endOf(2)]).toEqual(["state_sweep", "given_up"]);
});

test("one that GitHub does not have any more is closed at once", async () => {
  await note(gap(1));
  await closeGone(store.knex, guidOf(1), SEEN);
  expect(await endOf(1)).toBe("given_up");
});

test("open gaps are listed first, then the newest", async () => {
  await note(gap(1), gap(2));
  await noteMissedNews(store.knex, gap(3));
  await noteMissedNews(store.knex, gap(3));
  await closeGone(store.knex, guidOf(1), SEEN);
  const listed = await listGaps(store.knex);
  expect(listed.map(({ guid, kind }) => [guid, kind])).toEqual([
    [guidOf(2), "delivery"],
    [guidOf(3), "state"],
    [guidOf(1), "delivery"],
  ]);
  expect(listed[1]).toMatchObject({ closedBy: "state_sweep", attempts: 0, requestedAt: null });
});

test("a sweep never takes back what it has answered for, and one that never was answers for nothing before now", async () => {
  const fresh = await sweptUntil(store.knex, "deliveries");
  expect(Math.abs(fresh.getTime() - Date.now())).toBeLessThan(60_000);
  const at = new Date("2026-11-01T10:00:00Z");
  await sweepCompleted(store.knex, "deliveries", at);
  await sweepCompleted(store.knex, "deliveries", new Date("2026-10-01T10:00:00Z"));
  expect(await sweptUntil(store.knex, "deliveries")).toEqual(at);
});

test("the database refuses a ledger that says what cannot be", async () => {
  const row = { guid: randomUUID(), kind: "state", event: "push", delivered_at: new Date() };
  await expect(store.knex("gaps").insert(row)).rejects.toThrow("gaps_state_is_closed");
  const asked = { ...row, kind: "delivery", delivery_id: "1", attempts: 1 };
  await expect(store.knex("gaps").insert(asked)).rejects.toThrow("gaps_asked_has_time");
});
