import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { postgresArtifacts } from "../../src/adapters/artifacts/postgresArtifacts.ts";
import type { Attempt, AttemptRole } from "../../src/domain/attempt.ts";
import type { Amounts, Level } from "../../src/domain/budget/budget.ts";
import type { ArtifactId, AttemptId } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { advance } from "../../src/engine/advance.ts";
import { modelMeter } from "../../src/jobs/modelMeter.ts";
import type { ModelCall } from "../../src/domain/pricing/modelCall.ts";
import type { ModelMeter } from "../../src/ports/gateway.ts";
import { ledgerRun } from "../engine/ledgerWorld.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

const SECRET = "hunter2-hunter2";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

function meterOf(
  run: Run,
  [phase, number]: readonly [number, number],
  more: { grant?: Amounts; role?: AttemptRole } = {},
): ModelMeter {
  const { grant = {}, role = "builder" } = more;
  const attempt = { id: `${run.id}.${phase}.${number}`, number, role } as unknown as Attempt;
  const artifacts = postgresArtifacts(store.knex, () => [SECRET]);
  const at = run.phases.find(({ ordinal }) => ordinal === phase) ?? null;
  return modelMeter({ store, artifacts }, { run, phase: at, attempt, grant });
}

function call(number: number, more: Partial<ModelCall> = {}): ModelCall {
  return {
    attemptId: "x" as AttemptId,
    number,
    answered: { provider: "anthropic", model: "claude-sonnet-4-5" },
    startedAt: new Date(),
    durationMs: 10,
    status: 200,
    inputTokens: 100,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 50,
    reasoningTokens: 0,
    costUsd: 0.6,
    retries: 0,
    isEstimated: false,
    ...more,
  };
}

const spent = (costUsd: number) => ({ ...NO_USAGE, costUsd });

describe("money, which nobody has reserved", () => {
  test.each<Level>(["phase", "tier", "run", "issue", "day"])(
    "is held to the cap of the %s while attempts run side by side",
    async (level) => {
      const { run, attempt } = await ledgerRun(store, { [level]: { cost_usd: 1 } });
      await attempt(1, 1, { tokens: 1000 });
      await attempt(1, 2, { tokens: 1000 });
      const [one, two] = [meterOf(run, [1, 1]), meterOf(run, [1, 2])];
      expect(await one.admit(spent(0.3))).toBeNull();
      await two.record(call(1));
      expect(await one.admit(spent(0.39))).toBeNull();
      const refusal = await one.admit(spent(0.4));
      expect(refusal?.message).toContain("$1.00 of $1.00 (cost_usd)");
      expect(await two.admit(spent(0.6))).toBeNull();
      expect(await two.admit(spent(1))).not.toBeNull();
    },
  );

  test("counts what has been settled, of other runs of the issue and of today", async () => {
    const first = await ledgerRun(store, { issue: { cost_usd: 1 } }, { id: "7-aaaaaaaa" });
    await first.attempt(1, 1, { tokens: 10 });
    await store
      .knex("ledger_entries")
      .update({ state: "settled", settled_at: store.knex.fn.now(), cost_micros: 900_000 });
    await advance(store, first.run.id, { kind: "cancel_requested", by: "alice" });
    const second = await ledgerRun(store, { issue: { cost_usd: 1 } }, { id: "7-bbbbbbbb" });
    await second.attempt(1, 1, { tokens: 10 });
    const meter = meterOf(second.run, [1, 1]);
    expect(await meter.admit(spent(0.05))).toBeNull();
    expect((await meter.admit(spent(0.1)))?.message).toContain("this issue's runs");
    await store
      .knex("runs")
      .where({ id: "7-bbbbbbbb" })
      .update({ extra_budget: JSON.stringify({ cost_usd: 1 }) });
    expect(await meter.admit(spent(0.1))).toBeNull();
  });
});

test("what is reserved in full is used in full", async () => {
  const { run, attempt } = await ledgerRun(store, { run: { tokens: 1000 } });
  expect(await attempt(1, 1, { tokens: 600 })).toMatchObject({ kind: "granted" });
  expect(await attempt(2, 1, { tokens: 600 })).toMatchObject({ amounts: { tokens: 400 } });
  const meter = meterOf(run, [1, 1], { grant: { tokens: 600 } });
  expect(await meter.admit({ ...NO_USAGE, inputTokens: 599 })).toBeNull();
  expect((await meter.admit({ ...NO_USAGE, inputTokens: 600 }))?.message).toContain("this attempt");
  // Another attempt went past its grant: that is taken from what this one may use.
  await meterOf(run, [2, 1]).record(call(1, { inputTokens: 700, outputTokens: 0 }));
  expect(await meter.admit({ ...NO_USAGE, inputTokens: 299 })).toBeNull();
  expect((await meter.admit({ ...NO_USAGE, inputTokens: 300 }))?.message).toContain("this run");
});

test("an investigation does not depend on what its phase has left", async () => {
  const { run, attempt, investigation } = await ledgerRun(store, { phase: { cost_usd: 0.5 } });
  await attempt(1, 1, { tokens: 10 });
  await meterOf(run, [1, 1]).record(call(1));
  await investigation(1, 2, { tokens: 10 });
  expect(await meterOf(run, [1, 2], { role: "investigator" }).admit(spent(0.9))).toBeNull();
  expect(await meterOf(run, [1, 1]).admit(spent(0.9))).not.toBeNull();
});

test("an attempt that is taken up again goes on with its numbers and its grant", async () => {
  const { run, attempt } = await ledgerRun(store, {});
  await attempt(1, 1, { tokens: 200 });
  const grant = { tokens: 200, turns: 5 };
  await meterOf(run, [1, 1], { grant }).record(call(1));
  const again = meterOf(run, [1, 1], { grant });
  expect(await again.admit(NO_USAGE)).toBeNull();
  expect((await again.admit({ ...NO_USAGE, inputTokens: 50 }))?.message).toContain("200 tokens of 200 tokens");
  await again.record(call(1));
  await again.record(call(1));
  const rows = await store.knex("model_calls").select("attempt_id", "number").orderBy("number");
  expect(rows).toEqual([1, 2].map((number) => ({ attempt_id: `${run.id}.1.1`, number })));
});

test("bodies are kept redacted", async () => {
  const { run, attempt } = await ledgerRun(store, {});
  await attempt(1, 1, { tokens: 200 });
  await meterOf(run, [1, 1]).keep({ number: 1, direction: "answer", text: `the secret is ${SECRET}` });
  const [body] = await store.knex<{ artifact_id: ArtifactId }>("model_bodies");
  const artifacts = postgresArtifacts(store.knex, () => []);
  expect(Buffer.from(await artifacts.get(body?.artifact_id ?? ("" as ArtifactId))).toString()).toBe(
    "the secret is •••",
  );
});
