import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { DeliveryId } from "../../src/domain/ids.ts";
import type { Topic } from "../../src/domain/topic.ts";
import {
  findDelivery,
  insertDeliveries,
  missingDeliveries,
  settleDelivery,
  untold,
} from "../../src/store/deliveries.ts";
import type { DeliverySource } from "../../src/store/deliveries.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

const AT = "2026-11-21T10:00:00Z";
const LATER = "2026-11-21T10:05:00Z";
const LABEL = "issues:101#7:labeled:autopack";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

async function receive(source: DeliverySource, topic: Topic): Promise<DeliveryId> {
  const id = randomUUID() as DeliveryId;
  const common = { event: "issues", action: "labeled", installationId: 7, payload: "{}", state: "received" } as const;
  await insertDeliveries(store.knex, [{ id, ...common, topic, source }]);
  return id;
}

async function isOldNews(id: DeliveryId): Promise<boolean | undefined> {
  return (await findDelivery(store.knex, id))?.isOldNews;
}

test("of a webhook and a sweep that tell the same, the later one is old news, whichever it is", async () => {
  const first = await receive("sweep", { name: LABEL, at: AT });
  const second = await receive("webhook", { name: LABEL, at: "2026-11-21T10:00:03Z" });
  expect([await isOldNews(first), await isOldNews(second)]).toEqual([false, true]);

  const webhook = await receive("webhook", { name: "comment:1", at: AT });
  const sweep = await receive("sweep", { name: "comment:1", at: AT });
  expect([await isOldNews(webhook), await isOldNews(sweep)]).toEqual([false, true]);
});

test("the same label set once more is news", async () => {
  await receive("sweep", { name: LABEL, at: AT });
  expect(await isOldNews(await receive("webhook", { name: LABEL, at: LATER }))).toBe(false);
});

test("two webhooks are two pieces of news, and so is what tells no time", async () => {
  await receive("webhook", { name: LABEL, at: AT });
  expect(await isOldNews(await receive("webhook", { name: LABEL, at: AT }))).toBe(false);
  await receive("sweep", { name: "push:1", at: null });
  expect(await isOldNews(await receive("webhook", { name: "push:1", at: null }))).toBe(false);
});

test("what could not be handled has told nothing", async () => {
  await settleDelivery(store.knex, await receive("sweep", { name: LABEL, at: AT }), { state: "failed", error: "x" });
  expect(await isOldNews(await receive("webhook", { name: LABEL, at: AT }))).toBe(false);
});

test("a topic is told by what happened then or later", async () => {
  await receive("webhook", { name: LABEL, at: LATER });
  await receive("webhook", { name: "push:1", at: null });
  const earlier = { name: LABEL, at: AT };
  const again = { name: LABEL, at: "2026-11-21T10:05:11Z" };
  const push = { name: "push:1", at: null };
  const other = { name: "push:2", at: null };
  expect(await untold(store.knex, [earlier, again, push, other])).toEqual(new Set([again, other]));
});

test("deliveries that never came are told from those that did", async () => {
  const here = await receive("webhook", { name: LABEL, at: AT });
  const missing = randomUUID() as DeliveryId;
  expect(await missingDeliveries(store.knex, [here, missing])).toEqual(new Set([missing]));
});
