import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BacklogEntry } from "../../src/domain/findings/backlogEntry.ts";
import { findingKey } from "../../src/domain/findings/findingKey.ts";
import { carryToBacklog, closeRun, resolveEntry } from "../../src/store/backlog.ts";
import { agedKeys, backlogOf, dueForCleanUp } from "../../src/store/backlogEntries.ts";
import { finding } from "../domain/findings/findingFixture.ts";
import { artifact, strategy } from "../domain/runFixture.ts";
import { createDatabase, emptyTables } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";
import { addRun, end, land, promote, REPOSITORY } from "./findingsWorld.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => database.drop());
beforeEach(async () => emptyTables(database.knex));

const leak = finding("leak");
const KEY = findingKey(leak);

async function landed(issue: number, more: Parameters<typeof addRun>[2] = { landings: [{ findings: [leak] }] }) {
  const run = await addRun(database.knex, issue, more);
  await land(database.knex, run);
  return run;
}

async function entries(): Promise<readonly BacklogEntry[]> {
  return backlogOf(database.knex, { limit: 100 });
}

async function everything(): Promise<readonly object[]> {
  const { knex } = database;
  return [
    ...(await knex("backlog").orderBy("key")),
    ...(await knex("backlog_sightings").orderBy(["key", "run_id", "tier"])),
  ];
}

describe("age", () => {
  test("three times in one run is one run; the third run makes it due", async () => {
    await landed(1, { landings: [{ findings: [leak, leak] }, { findings: [leak] }, { findings: [leak], tier: 2 }] });
    expect(await entries()).toMatchObject([{ key: KEY, age: { runs: 1, tiers: 2 }, status: "open" }]);
    await landed(2);
    expect(await entries()).toMatchObject([{ age: { runs: 2, tiers: 3 }, status: "open" }]);
    expect(await agedKeys(database.knex, REPOSITORY.id)).toEqual([]);
    await landed(3);
    expect(await entries()).toMatchObject([
      { age: { runs: 3, tiers: 4 }, status: "needs_cleanup", firstRun: "1-aaaaaaaa", lastRun: "3-aaaaaaaa" },
    ]);
    expect(await agedKeys(database.knex, REPOSITORY.id)).toEqual([KEY]);
    expect(await dueForCleanUp(database.knex, REPOSITORY.id)).toEqual(await entries());
  });

  test("is judged by the strategy of the run that sees it", async () => {
    const safety = { landings: [{ findings: [leak] }], strategy: strategy({ profile: "safety_critical" }) };
    await landed(1, safety);
    expect(await entries()).toMatchObject([{ status: "open" }]);
    await landed(2, safety);
    expect(await entries()).toMatchObject([{ status: "needs_cleanup" }]);
  });

  test("what is due is major in the next run, and says so from then on", async () => {
    await landed(1);
    expect(await entries()).toMatchObject([{ severity: "minor" }]);
    await landed(2, { landings: [{ findings: [leak] }], agedFindings: [KEY] });
    expect(await entries()).toMatchObject([{ severity: "major" }]);
    await landed(3);
    expect(await entries()).toMatchObject([{ severity: "major" }]);
  });

  test("is a repository's own", async () => {
    const other = { ...REPOSITORY, id: 102, name: "gadget" };
    for (const issue of [1, 2]) await landed(issue);
    await landed(3, { landings: [{ findings: [leak] }], repository: other });
    expect(await entries()).toMatchObject([
      { repository: "acme/gadget", age: { runs: 1 } },
      { repository: "acme/widget", age: { runs: 2 } },
    ]);
    expect(await backlogOf(database.knex, { repositoryId: 102, limit: 9 })).toMatchObject([
      { repository: "acme/gadget" },
    ]);
  });

  test("misses nothing when runs land side by side", async () => {
    const { knex } = database;
    const landings = [{ findings: [leak, finding("other", { path: "src/z.ts" })] }];
    const runs = [];
    for (const issue of [1, 2, 3, 4]) runs.push(await addRun(knex, issue, { landings }));
    await Promise.all(runs.map(async (run) => land(knex, run)));
    expect(await entries()).toMatchObject([1, 2].map(() => ({ age: { runs: 4, tiers: 4 }, status: "needs_cleanup" })));
  });
});

test("carrying twice is carrying once, also after somebody resolved it meanwhile", async () => {
  const { knex } = database;
  const run = await landed(1);
  const once = await everything();
  await land(knex, run);
  expect(await everything()).toEqual(once);
  await resolveEntry(knex, { repositoryId: REPOSITORY.id, key: KEY }, { by: "cli:mona", reason: "it is none" });
  const resolved = await everything();
  await land(knex, run);
  expect(await everything()).toEqual(resolved);
});

test("evidence of the newest places is kept", async () => {
  for (const issue of [1, 2]) await landed(issue);
  const [entry] = await entries();
  expect(entry?.evidence).toEqual(
    [1, 2].map((issue) => ({
      run: `${issue}-aaaaaaaa`,
      phase: `${issue}-aaaaaaaa.1`,
      artifacts: [artifact("1")],
    })),
  );
});

describe("resolution", () => {
  const mending = { landings: [{ touched: ["src/a.ts"] }] };

  test("by a promoted run that touched the path and did not see it, once", async () => {
    const { knex } = database;
    await end(knex, await landed(1));
    const run = await landed(2, mending);
    expect(await entries()).toMatchObject([{ status: "open", resolved: null }]);
    await promote(knex, run);
    const resolved = await entries();
    expect(resolved).toMatchObject([{ status: "resolved", resolved: { run: run.id, by: null } }]);
    await knex.transaction(async (tx) => closeRun(tx, run));
    expect(await entries()).toEqual(resolved);
    expect(await agedKeys(knex, REPOSITORY.id)).toEqual([]);
  });

  test.each([
    ["touched other paths", { landings: [{ touched: ["src/b.ts"] }] }],
    ["saw it", { landings: [{ touched: ["src/a.ts"], findings: [leak] }] }],
    ["has landed nothing", { landings: [] }],
  ])("not by a run that %s", async (_, more) => {
    const { knex } = database;
    await end(knex, await landed(1));
    await promote(knex, await landed(2, more));
    expect(await entries()).toMatchObject([{ status: "open" }]);
  });

  test("not while another run that has seen it is under way, nor in another repository", async () => {
    const { knex } = database;
    const first = await landed(1);
    const elsewhere = { ...mending, repository: { ...REPOSITORY, id: 102, name: "gadget" } };
    await promote(knex, await landed(2, mending));
    expect(await entries()).toMatchObject([{ status: "open" }]);
    await end(knex, first);
    await promote(knex, await landed(3, elsewhere));
    expect(await entries()).toMatchObject([{ status: "open" }]);
    await promote(knex, await landed(4, mending));
    expect(await entries()).toMatchObject([{ status: "resolved" }]);
  });

  test("what is seen again comes back, its age anew", async () => {
    const { knex } = database;
    for (const issue of [1, 2, 3]) await end(knex, await landed(issue));
    await promote(knex, await landed(4, mending));
    expect(await entries()).toMatchObject([{ status: "resolved", age: { runs: 3 } }]);
    await landed(5);
    expect(await entries()).toMatchObject([
      { status: "open", age: { runs: 1, tiers: 1 }, resolved: null, firstRun: "1-aaaaaaaa", lastRun: "5-aaaaaaaa" },
    ]);
  });

  test("by somebody's word, with who and why", async () => {
    const { knex } = database;
    await landed(1);
    const where = { repositoryId: REPOSITORY.id, key: KEY };
    expect(await resolveEntry(knex, where, { by: "cli:mona", reason: "it is none" })).toBe(true);
    expect(await resolveEntry(knex, where, { by: "cli:bob", reason: "again" })).toBe(false);
    expect(await resolveEntry(knex, { ...where, key: "other" }, { by: "cli:bob", reason: "no" })).toBe(false);
    expect(await entries()).toMatchObject([{ resolved: { run: null, by: "cli:mona", reason: "it is none" } }]);
  });
});

describe("SQL repeats the invariants", () => {
  test.each([
    ["a made-up status", "update backlog set status = 'forgotten'"],
    ["a made-up severity", "update backlog set severity = 'grave'"],
    ["resolved without a reason", "update backlog set status = 'resolved', resolved_at = now(), resolved_by = 'mona'"],
    ["resolved by nobody", "update backlog set status = 'resolved', resolved_at = now(), resolved_reason = 'so'"],
    ["a reason for what is open", "update backlog set resolved_reason = 'so'"],
    ["a tier that is none", "update backlog_sightings set tier = 0"],
  ])("%s is refused", async (_, sql) => {
    await landed(1);
    await expect(database.knex.raw(sql)).rejects.toThrow("violates check constraint");
  });
});

async function plan(sql: string): Promise<string> {
  return database.knex.transaction(async (tx) => {
    // On a handful of rows any other way is as good.
    await tx.raw("set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off");
    const { rows } = await tx.raw<{ rows: { "QUERY PLAN": string }[] }>(`explain ${sql}`);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  });
}

test("what the engine asks at every landing and planning is read from indexes", async () => {
  expect(
    await plan(
      "select key from backlog where repository_id = 1 and status = 'needs_cleanup' order by last_seen_at desc, key limit 9",
    ),
  ).toMatch(/backlog_newest/);
  expect(await plan("select run_id from backlog_sightings where repository_id = 1 and key = 'a'")).toMatch(
    /backlog_sightings_pkey/,
  );
});

test("a phase without findings writes nothing", async () => {
  const run = await addRun(database.knex, 1, { landings: [{}] });
  for (const phase of run.phases) await carryToBacklog(database.knex, run, phase);
  expect(await everything()).toEqual([]);
});
