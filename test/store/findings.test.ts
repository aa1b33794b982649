import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findingKey } from "../../src/domain/findings/findingKey.ts";
import { runFindings, saveFindings } from "../../src/store/findings.ts";
import { finding } from "../domain/findings/findingFixture.ts";
import { artifact } from "../domain/runFixture.ts";
import { createDatabase, emptyTables } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";
import { addRun } from "./findingsWorld.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => database.drop());
beforeEach(async () => emptyTables(database.knex));

const leak = finding("leak at line 3");
const leakAgain = finding("leak at line 9", { severity: "major", lines: { start: 9, end: 10 } });
const style = finding("long line", { path: null });

async function rows(): Promise<readonly object[]> {
  return database.knex("findings").orderBy(["phase_id", "key"]).select("*");
}

test("a phase's findings are recorded once however often they are, with their repeats and evidence", async () => {
  const { knex } = database;
  const run = await addRun(knex, 7, { landings: [{ findings: [leak, leakAgain, style] }] });
  const [phase] = run.phases;
  if (phase === undefined) throw new Error("no phase");
  expect(await saveFindings(knex, run, phase)).toEqual([findingKey(style)]);
  const once = await rows();
  expect(once).toMatchObject([
    { key: ": long line", occurrence_count: 1, severity: "minor", start_line: null },
    {
      key: "src/a.ts: leak at line #",
      attempt_id: `${phase.id}.1`,
      stage: "builder",
      severity: "major",
      occurrence_count: 2,
      start_line: 9,
      end_line: 10,
      evidence: [artifact("1")],
    },
  ]);
  expect(await saveFindings(knex, run, phase)).toEqual([findingKey(style)]);
  expect(await rows()).toEqual(once);
});

test("what is due counts as major in the run that knows it is", async () => {
  const { knex } = database;
  const run = await addRun(knex, 7, { landings: [{ findings: [leak] }], agedFindings: [findingKey(leak)] });
  for (const phase of run.phases) expect(await saveFindings(knex, run, phase)).toEqual([]);
  expect(await rows()).toMatchObject([{ severity: "major", aged: true }]);
});

test("the run's index has each problem once, with the first and last phase that saw it", async () => {
  const { knex } = database;
  const landings = [{ findings: [style] }, { findings: [leak], tier: 2 }, { findings: [style, leakAgain], tier: 2 }];
  const run = await addRun(knex, 7, { landings });
  const other = await addRun(knex, 8, { landings: [{ findings: [style] }] });
  for (const each of [run, other]) for (const phase of each.phases) await saveFindings(knex, each, phase);
  expect(await runFindings(knex, run.id)).toEqual([
    {
      key: findingKey(leak),
      title: "leak at line 3",
      path: "src/a.ts",
      severity: "major",
      aged: false,
      occurrences: 2,
      sources: ["builder"],
      firstPhase: 2,
      lastPhase: 3,
    },
    expect.objectContaining({ key: findingKey(style), occurrences: 2, firstPhase: 1, lastPhase: 3 }),
  ]);
});

describe("SQL repeats the invariants", () => {
  test.each([
    ["a made-up stage", "update findings set stage = 'rumour'"],
    ["a made-up source", "update findings set source = 'rumour'"],
    ["a made-up severity", "update findings set severity = 'grave'"],
    ["long known, and yet minor", "update findings set aged = true"],
    ["no occurrence", "update findings set occurrence_count = 0"],
    ["lines that end before they start", "update findings set start_line = 2, end_line = 1"],
  ])("%s is refused", async (_, sql) => {
    const run = await addRun(database.knex, 7, { landings: [{ findings: [leak] }] });
    for (const phase of run.phases) await saveFindings(database.knex, run, phase);
    await expect(database.knex.raw(sql)).rejects.toThrow("violates check constraint");
  });
});
