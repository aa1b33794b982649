import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { startLimits } from "../../src/domain/startLimits.ts";
import { NO_POLICY } from "../../src/domain/strategy/overrides.ts";
import { createRun } from "../../src/engine/createRun.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { mayStart } from "../../src/store/startRates.ts";
import { queuedRun } from "../domain/runFixture.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";

const { repository, request } = queuedRun();
const LIMITS = { perIssueHour: 2, perRepositoryHour: 3 };

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => void (store = await createStore()));
afterAll(async () => store.drop());
beforeEach(async () => {
  await emptyTables(store.knex);
  await saveRepository(store.knex, repository);
});

/** Starts a run where it may, in one transaction, as the inbox does. */
async function start(issueNumber: number, letter: string): Promise<string | null> {
  return store.knex.transaction(async (tx) => {
    const why = await mayStart(tx, { repositoryId: repository.id, issueNumber }, LIMITS);
    const id = `${issueNumber}-${letter.repeat(8)}` as RunId;
    if (why === null)
      await createRun(store, tx, { id, repository, request: { ...request, issueNumber }, delivery: null });
    return why;
  });
}

async function ended(ago = "0 minutes"): Promise<void> {
  await store.knex.raw(
    "update runs set state = 'cancelled', ended_at = now(), created_at = created_at - ?::interval where state = 'queued'",
    [ago],
  );
}

test("an issue has so many starts an hour, whatever became of them", async () => {
  expect(await start(7, "a")).toBeNull();
  await ended("50 minutes");
  expect(await start(7, "b")).toBeNull();
  await ended();
  expect(await start(7, "c")).toMatch(/^2 runs have started on this issue within the hour.* in 10 min$/);
  expect(await start(8, "c")).toBeNull();
});

test("an hour later there is room again", async () => {
  expect(await start(7, "a")).toBeNull();
  expect(await start(8, "a")).toBeNull();
  expect(await start(9, "a")).toBeNull();
  await ended("61 minutes");
  expect(await start(7, "b")).toBeNull();
});

test("two starts at once cannot both take the last of a repository's", async () => {
  expect(await start(1, "a")).toBeNull();
  expect(await start(2, "a")).toBeNull();
  const answers = await Promise.all([3, 4, 5].map(async (issue) => start(issue, "b")));
  expect(answers.filter((why) => why === null)).toHaveLength(1);
  expect(
    answers.filter((why) => why?.includes("in this repository") === true || why?.includes("on this repository")),
  ).toHaveLength(2);
});

test("the operator's policy goes before the usual limits", () => {
  expect(startLimits(NO_POLICY)).toEqual({ perIssueHour: 5, perRepositoryHour: 30 });
  expect(startLimits({ ...NO_POLICY, startsPerIssueHour: 1 })).toEqual({ perIssueHour: 1, perRepositoryHour: 30 });
});
