import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SeededDefect } from "../../src/domain/auditMeasure/auditSample.ts";
import { finishMeasure, measuredAuditors, rateOf, recordSample, startMeasure } from "../../src/store/auditMeasures.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

const ID = "0190a000-0000-7000-8000-00000000b001";
const STARTED = new Date("2026-11-20T10:00:00Z");
const DEFECT: SeededDefect = { id: "off_by_one-1", category: "off_by_one", path: "src/a.ts", line: 3 };

async function measured(id: string, repository = "acme/widget"): Promise<void> {
  const about = { repository, backend: "codex", model: "openai/gpt-5", promptVersion: "1", profile: "standard" };
  await startMeasure(store.knex, { id, ...about, seed: 7, startedAt: STARTED });
  const spent = { costMicros: 1500, tokens: 200 };
  const found = {
    severity: "major",
    source: "auditor",
    title: "Wrong",
    detail: "",
    path: "src/a.ts",
    lines: { start: 3, end: 3 },
  } as const;
  const revise = { decision: "revise", findings: [found] } as const;
  const approve = { decision: "approve", findings: [] } as const;
  for (const [number, sample] of [
    { defect: DEFECT, verdict: revise },
    { defect: DEFECT, verdict: approve },
    { defect: null, verdict: approve },
    { defect: null, verdict: revise },
    { defect: DEFECT, verdict: null },
  ].entries())
    await recordSample(store.knex, { ...sample, number: number + 1, ...spent }, id);
}

test("samples are counted by what they showed, and rates come of measurements that ended", async () => {
  await measured(ID);
  expect(await rateOf(store.knex, "codex", "openai/gpt-5")).toBeNull();

  await finishMeasure(store.knex, ID, new Date("2026-11-20T10:30:00Z"));

  expect(await measuredAuditors(store.knex, "acme/widget")).toMatchObject([
    {
      backend: "codex",
      model: "openai/gpt-5",
      measures: 1,
      costMicros: 7500,
      tokens: 1000,
      notJudged: 1,
      catches: { hits: 1, of: 2, value: 0.5 },
      falseAlarms: { hits: 1, of: 2, value: 0.5 },
    },
  ]);
  expect(await measuredAuditors(store.knex, "acme/other")).toEqual([]);
});

test("a sample that is recorded twice counts once", async () => {
  await measured(ID);
  await recordSample(store.knex, { defect: null, verdict: null, number: 1, costMicros: 9, tokens: 9 }, ID);
  await finishMeasure(store.knex, ID, new Date("2026-11-20T10:30:00Z"));
  expect(await measuredAuditors(store.knex, null)).toMatchObject([{ costMicros: 7500, catches: { of: 2 } }]);
});

test("measurements of one Auditor add up, over repositories as well", async () => {
  const other = ID.replace("b001", "b002");
  await measured(ID);
  await measured(other, "acme/other");
  for (const id of [ID, other]) await finishMeasure(store.knex, id, new Date("2026-11-20T10:30:00Z"));
  expect(await rateOf(store.knex, "codex", "openai/gpt-5")).toMatchObject({ catches: { hits: 2, of: 4 } });
});
