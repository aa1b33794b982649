import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Attempt } from "../../src/domain/attempt.ts";
import type { ArtifactId, AttemptId } from "../../src/domain/ids.ts";
import type { Phase } from "../../src/domain/phase.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { bookAttempts } from "../../src/store/ledgerAttempts.ts";
import { meteredBy, recordModelCall, saveModelBody } from "../../src/store/modelCalls.ts";
import { ledgerRun } from "../engine/ledgerWorld.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

const ID = "7-k3f9x2ab.1.1" as AttemptId;

function call(number: number, more: object = {}) {
  return {
    attemptId: ID,
    number,
    answered: { provider: "anthropic", model: "claude-sonnet-4-5" },
    startedAt: new Date(),
    durationMs: 12.5,
    status: 200,
    inputTokens: 1000,
    cacheReadTokens: 400,
    cacheWriteTokens: 100,
    outputTokens: 50,
    reasoningTokens: 10,
    costUsd: 0.001_234,
    retries: 1,
    isEstimated: false,
    ...more,
  };
}

async function begin(): Promise<void> {
  const world = await ledgerRun(store, {});
  await world.attempt(1, 1, { tokens: 1000, turns: 10, seconds: 60 });
}

const entry = async (): Promise<object> => store.knex("ledger_entries").where({ key: ID }).first();

test("calls are kept once and add up; one that was not answered is no turn", async () => {
  await begin();
  expect(await meteredBy(store.knex, ID)).toEqual({ usage: NO_USAGE, lastNumber: 0 });
  await recordModelCall(store.knex, call(1));
  await recordModelCall(store.knex, call(1, { inputTokens: 9999 }));
  await recordModelCall(store.knex, call(2, { costUsd: null }));
  await recordModelCall(store.knex, call(5, { status: 424, inputTokens: 0, outputTokens: 0, costUsd: 0 }));
  expect(await meteredBy(store.knex, ID)).toEqual({
    usage: { inputTokens: 2000, outputTokens: 100, costUsd: 0.001_234, turns: 2 },
    lastNumber: 5,
  });
  expect(await entry()).toMatchObject({ state: "reserved", tokens: 1000 });
});

test.each([
  ["a negative count", "update model_calls set input_tokens = -1"],
  ["no number", "update model_calls set number = 0"],
  ["a made-up status", "update model_calls set status = 7"],
  ["no provider", "update model_calls set provider = ''"],
  ["no attempt", "update model_calls set attempt_id = 'x'"],
])("the database refuses %s", async (_, sql) => {
  await begin();
  await recordModelCall(store.knex, call(1));
  await expect(store.knex.raw(sql)).rejects.toThrow(/violates/);
});

async function end(usage: Attempt["usage"], state: Attempt["state"]): Promise<void> {
  const attempt = { id: ID, state, usage } as Attempt;
  const phase = { pastAttempts: [], attempt } as unknown as Phase;
  await bookAttempts(store.knex, { before: [], after: [phase] });
}

describe("an attempt that ends", () => {
  test("and was lost is settled with what its calls were metered at", async () => {
    await begin();
    await recordModelCall(store.knex, call(1));
    await recordModelCall(store.knex, call(2));
    await end(NO_USAGE, "lost");
    expect(await entry()).toMatchObject({ state: "settled", tokens: 2100, cost_micros: 2468, turns: 2 });
  });

  test("and reports more, or less, is settled with the larger of both", async () => {
    await begin();
    await recordModelCall(store.knex, call(1));
    await end({ inputTokens: 900, outputTokens: 70, costUsd: 0.5, turns: 0 }, "completed");
    expect(await entry()).toMatchObject({ state: "settled", tokens: 1070, cost_micros: 500_000, turns: 1 });
  });

  test("and works on somewhere is charged for what it goes on using", async () => {
    await begin();
    await end(NO_USAGE, "lost");
    expect(await entry()).toMatchObject({ state: "released", tokens: 0 });
    await recordModelCall(store.knex, call(1));
    expect(await entry()).toMatchObject({ state: "settled", tokens: 1050, cost_micros: 1234, turns: 1 });
    await recordModelCall(store.knex, call(1));
    await recordModelCall(store.knex, call(2, { costUsd: null }));
    expect(await entry()).toMatchObject({ state: "settled", tokens: 2100, cost_micros: 1234, turns: 2 });
  });
});

test("a body is kept as an artifact, and goes with it", async () => {
  await begin();
  await recordModelCall(store.knex, call(1));
  const id = "a".repeat(64) as ArtifactId;
  const expires = store.knex.raw("now() + interval '30 days'");
  await store.knex("artifacts").insert({ id, media_type: "text/plain", bytes: Buffer.from("x"), expires_at: expires });
  const body = { attemptId: ID, number: 1, direction: "request", artifactId: id } as const;
  await saveModelBody(store.knex, body);
  await saveModelBody(store.knex, body);
  expect(await store.knex("model_bodies").select("number", "direction", "artifact_id")).toEqual([
    { number: 1, direction: "request", artifact_id: id },
  ]);
  await store.knex("artifacts").delete();
  expect(await store.knex("model_bodies")).toEqual([]);
});
