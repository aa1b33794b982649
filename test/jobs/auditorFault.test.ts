import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { auditorFault } from "../../src/jobs/auditorFault.ts";
import { finishMeasure, recordSample, startMeasure } from "../../src/store/auditMeasures.ts";
import { plannedPhase, SETTINGS, strategy } from "../domain/runFixture.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

const CODEX = { ...SETTINGS.builder, backend: "codex", model: { provider: "openai", model: "gpt-5" } } as const;
const STRICT = { phases: [plannedPhase("Rename everything", { category: "cross_cutting_refactor" })] };
const DOCS = { phases: [plannedPhase("Document it", { category: "docs" })] };

async function faultOf(plan: typeof STRICT, minCatchRate: number | null): Promise<string | null> {
  const settings = { ...SETTINGS, auditor: CODEX, minCatchRate };
  return auditorFault(plan, { strategy: strategy(), settings }, { store });
}

/** A measurement with ten seeded defects, of which so many were caught. */
async function measured(caught: number): Promise<void> {
  const id = "0190a000-0000-7000-8000-00000000b001";
  const about = { repository: "acme/widget", backend: "codex", model: "openai/gpt-5", promptVersion: "1" };
  await startMeasure(store.knex, { id, ...about, profile: "general_review", seed: 7, startedAt: new Date(0) });
  for (let number = 1; number <= 10; number += 1) {
    const defect = { id: `off_by_one-${number}`, category: "off_by_one", path: "src/a.ts", line: 3 };
    const lines = { start: 3, end: 3 };
    const found = {
      severity: "major",
      source: "auditor",
      title: "Wrong",
      detail: "",
      path: "src/a.ts",
      lines,
    } as const;
    const verdict =
      number <= caught
        ? ({ decision: "revise", findings: [found] } as const)
        : ({ decision: "approve", findings: [] } as const);
    await recordSample(store.knex, { defect, verdict, number, costMicros: 0, tokens: 0 }, id);
  }
  await finishMeasure(store.knex, id, new Date(1000));
}

test("an Auditor of which a rate is asked must have been measured, and reach it", async () => {
  expect(await faultOf(STRICT, 0.7)).toContain("was never measured; `autopack audit measure`");
  await measured(6);
  expect(await faultOf(STRICT, 0.7)).toContain("catches 60 % of seeded defects, and 70 % are required");
  expect(await faultOf(STRICT, 0.6)).toBeNull();
});

test("nothing is asked where the configuration asks nothing, or nothing is held strictly", async () => {
  expect(await faultOf(STRICT, null)).toBeNull();
  expect(await faultOf(DOCS, 0.7)).toBeNull();
});
