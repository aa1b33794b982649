import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AcceptanceSpec } from "../../src/domain/acceptance/acceptance.ts";
import { judgeAcceptance } from "../../src/domain/acceptance/judgeAcceptance.ts";
import { agentSpecOf } from "../../src/domain/acceptance/agentSpec.ts";
import type { AgentSpec } from "../../src/domain/acceptance/agentSpec.ts";
import type { PhaseRules } from "../../src/domain/strategy/strategy.ts";
import { saveAcceptanceResult } from "../../src/store/acceptanceResults.ts";
import type { JudgedTree } from "../../src/store/acceptanceResults.ts";
import { saveAcceptanceSpec, saveAgentSpec } from "../../src/store/specs.ts";
import type { SavedSpec } from "../../src/store/specs.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { queuedRun, SETTINGS, tree } from "../domain/runFixture.ts";
import { createDatabase, emptyTables } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => database.drop());

const { repository } = queuedRun();
beforeEach(async () => {
  await emptyTables(database.knex);
  await database.knex.transaction(async (tx) => saveRepository(tx, repository));
});

const rules = { category: "docs", turns: 25, seconds: 900, builderMode: "tweak_light" } as PhaseRules;
const { name, content } = agentSpecOf({ role: "builder", settings: SETTINGS.builder, rules, promptVersion: "1" });
const ACCEPTANCE: AcceptanceSpec = {
  gateMode: "all_pass",
  minScore: 1,
  validators: [{ type: "file_exists", name: "a exists", weight: 1, required: false, path: "a", mustExist: true }],
  retry: null,
  useFallback: true,
};

async function save(more: Partial<AgentSpec> = {}): Promise<SavedSpec> {
  return database.knex.transaction(async (tx) =>
    saveAgentSpec(tx, { repositoryId: repository.id, name, content: { ...content, ...more } }),
  );
}

async function saving(spec: object): Promise<SavedSpec> {
  return database.knex.transaction(async (tx) =>
    saveAcceptanceSpec(tx, { repositoryId: repository.id, name: "Greet", content: { ...ACCEPTANCE, ...spec } }),
  );
}

describe("specs", () => {
  test("the same content is the same row, whatever the order of its keys; other content a new version", async () => {
    const first = await save();
    expect(first).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), version: 1 });
    expect(await save(Object.fromEntries(Object.entries(content).toReversed()))).toEqual(first);
    expect((await save({ seconds: 901 })).version).toBe(2);
    expect(await save()).toEqual(first);
    expect(await database.knex("agent_specs").count()).toMatchObject([{ count: 2 }]);
  });

  test("saved by many at once, versions are counted without gaps or doubles", async () => {
    const saved = await Promise.all([1, 2, 3, 1, 2, 3].map(async (seconds) => save({ seconds })));
    expect(new Set(saved.map(({ version }) => version))).toEqual(new Set([1, 2, 3]));
    expect(new Set(saved.map(({ hash }) => hash)).size).toBe(3);
  });

  test("never change, never go", async () => {
    await save();
    const refused = /specs never change/;
    await expect(database.knex("agent_specs").update({ name: "other" })).rejects.toThrow(refused);
    await expect(database.knex("agent_specs").delete()).rejects.toThrow(refused);
    await expect(database.knex.raw("truncate acceptance_specs cascade")).rejects.toThrow(refused);
  });

  test("an acceptance spec without validators is refused, whoever writes it", async () => {
    expect((await saving({})).version).toBe(1);
    for (const validators of [[], null, {}, "npm test"])
      await expect(saving({ validators })).rejects.toThrow(/acceptance_specs_have_validators/);
    await expect(saving({ gateMode: "some_pass" })).rejects.toThrow(/acceptance_specs_gate_mode/);
  });
});

test("a tree that is judged again has one result, the last", async () => {
  const ids = { runId: "7-k3f9x2ab", phaseId: "7-k3f9x2ab.1", attemptId: "7-k3f9x2ab.1.1" };
  await database
    .knex("runs")
    .insert({ id: ids.runId, repository_id: repository.id, issue_number: 7, title: "a", body: "", requester: "a" });
  await database.knex("phases").insert({ id: ids.phaseId, run_id: ids.runId, ordinal: 1, plan: {}, category: "docs" });
  await database.knex("attempts").insert({ id: ids.attemptId, phase_id: ids.phaseId, number: 1, role: "builder" });
  const judged = { ...ids, tree: tree("c"), spec: null, result: judgeAcceptance(ACCEPTANCE, []) } as JudgedTree;
  await saveAcceptanceResult(database.knex, judged);
  await saveAcceptanceResult(database.knex, { ...judged, result: { ...judged.result, verdict: "passed", score: 1 } });
  expect(await database.knex("acceptance_results").select("verdict", "score", "reason")).toEqual([
    { verdict: "passed", score: 1, reason: "“a exists” could not be judged" },
  ]);
});
