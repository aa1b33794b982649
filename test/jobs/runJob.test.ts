import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { EnvironmentFailure } from "../../src/domain/failure.ts";
import type { RunId, Sha } from "../../src/domain/ids.ts";
import type { Intent } from "../../src/domain/intent.ts";
import type { JobDeps } from "../../src/jobs/handler.ts";
import { runJob } from "../../src/jobs/runJob.ts";
import { emptyTables } from "../harness/database.ts";
import { enqueue } from "../../src/store/queue.ts";
import { createStore } from "../harness/store.ts";
import { insertRun } from "../store/livingRows.ts";

const HEAD = "b".repeat(40) as Sha;
let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

/** Means with which GitHub cannot be asked before a minute is over. */
function limited(): JobDeps {
  const used: Pick<JobDeps, "store" | "log" | "forges" | "calls"> & {
    readonly sandbox: Pick<JobDeps["sandbox"], "isolation">;
  } = {
    store,
    sandbox: { isolation: "bubblewrap" },
    log: pino({ level: "silent" }),
    calls: { during: async (work) => ({ result: await work(), count: { calls: 0, conditional: 0 } }) },
    forges: {
      of: async () => Promise.reject(new EnvironmentFailure("asking", { retry: { afterMs: 60_000 } })),
      botLogin: async () => "autopack[bot]",
      installationOf: async () => 7,
    },
  };
  return used as JobDeps;
}

async function waiting(kind: Intent["kind"]): Promise<readonly unknown[]> {
  return store
    .knex("pgboss.job")
    .where({ name: kind, state: "created" })
    .orderBy("singleton_key")
    .pluck("singleton_key");
}

test("what is put off because of a rate limit is put off for each run, and once", async () => {
  for (const number of [1, 2])
    await insertRun(store.knex, { id: `${number}-aaaaaaaa` as RunId, issue: number, head: HEAD });
  for (const runId of ["1-aaaaaaaa", "2-aaaaaaaa", "2-aaaaaaaa"] as RunId[])
    expect(await runJob({ kind: "project_run", runId }, limited())).toEqual({ kind: "postponed" });
  expect(await waiting("project_run")).toEqual(["1-aaaaaaaa", "2-aaaaaaaa"]);
});

test("of the looks at a run's CI one waits for its time and one for its turn, however often they are asked for", async () => {
  const look = { kind: "await_ci", runId: "1-aaaaaaaa" as RunId, head: HEAD } as const;
  for (const afterSeconds of [15, 60]) await enqueue(store, store.knex, { ...look, afterSeconds });
  for (let webhooks = 0; webhooks < 3; webhooks += 1) await enqueue(store, store.knex, look);
  await enqueue(store, store.knex, { ...look, runId: "2-aaaaaaaa" as RunId });
  expect(await waiting("await_ci")).toEqual(["1-aaaaaaaa/due", "1-aaaaaaaa/news", "2-aaaaaaaa/news"]);
});
