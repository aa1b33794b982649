import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunId, Sha } from "../../src/domain/ids.ts";
import { forecastConflicts } from "../../src/jobs/forecastConflicts.ts";
import type { JobDeps } from "../../src/jobs/handler.ts";
import { forecastOf } from "../../src/store/forecasts.ts";
import { enqueue } from "../../src/store/queue.ts";
import { makeWorld } from "../adapters/git/world.ts";
import type { World } from "../adapters/git/world.ts";
import { createStore } from "../harness/store.ts";
import { insertRun } from "../store/livingRows.ts";

const RUNS = 22;
const NEWEST = 20;

let store: Awaited<ReturnType<typeof createStore>>;
let world: World;

beforeAll(async () => {
  [store, world] = await Promise.all([createStore(), makeWorld()]);
});
afterAll(async () => {
  await store.drop();
  await world[Symbol.asyncDispose]();
});

function idOf(number: number): RunId {
  return `${number}-aaaaaaaa` as RunId;
}

/** Runs of which every second edits the same line. */
async function makeRuns(): Promise<void> {
  const { person } = world;
  for (let number = 1; number <= RUNS; number += 1) {
    await person.run("checkout", "--quiet", "-B", "work", "origin/main");
    const path = number % 2 === 0 ? "README.md" : `docs/${number}.md`;
    const head: Sha = await person.push(`autonomous/${idOf(number)}`, { [path]: `# ${number}\n` });
    await insertRun(store.knex, { id: idOf(number), issue: number, head });
    const created = store.knex.raw("now() - ?::interval", [`${RUNS - number} minutes`]);
    await store
      .knex("runs")
      .where({ id: idOf(number) })
      .update({ base_branch: "main", base_sha: head, created_at: created });
  }
}

test("the 20 newest runs are merged with each other and their base, and nothing twice", async () => {
  await makeRuns();
  const merges: string[] = [];
  const git: JobDeps["git"] = {
    ...world.git,
    merge: async (repository, sides) => {
      merges.push(`${sides.ours} ${sides.theirs}`);
      return world.git.merge(repository, sides);
    },
  };
  const used: Pick<JobDeps, "store" | "git" | "log" | "enqueue"> = {
    store,
    git,
    log: pino({ level: "silent" }),
    enqueue: async (tx, intent) => enqueue(store, tx, intent),
  };
  const deps = used as JobDeps;
  const intent = { kind: "forecast_conflicts", repositoryId: 101 } as const;

  await forecastConflicts(intent, deps);
  expect(merges).toHaveLength((NEWEST * (NEWEST - 1)) / 2 + NEWEST);
  const ofTenth = await forecastOf(store.knex, idOf(10));
  expect(ofTenth.map((one) => (one.with === "base" ? "base" : one.with.issueNumber))).toEqual([
    4, 6, 8, 12, 14, 16, 18, 20, 22,
  ]);
  expect(ofTenth.every(({ paths }) => paths.join() === "README.md")).toBe(true);
  expect(await forecastOf(store.knex, idOf(9))).toEqual([]);
  expect(await forecastOf(store.knex, idOf(2))).toEqual([]);
  const shown = await store.knex("pgboss.job").where({ name: "project_run" });
  expect(shown).toHaveLength(NEWEST / 2);

  merges.length = 0;
  await forecastConflicts(intent, deps);
  expect(merges).toEqual([]);

  const head = await world.person.push(`autonomous/${idOf(22)}`, { "more.md": "more\n" });
  await store
    .knex("runs")
    .where({ id: idOf(22) })
    .update({ head_sha: head });
  await forecastConflicts(intent, deps);
  expect(merges).toHaveLength(NEWEST);
  expect(await store.knex("pgboss.job").where({ name: "project_run" })).toHaveLength(NEWEST / 2);
});
