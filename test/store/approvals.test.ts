import { afterAll, beforeAll, expect, test } from "vitest";
import { createRun } from "../../src/engine/createRun.ts";
import { approvalsOf, saveApprovals } from "../../src/store/approvals.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { queuedRun, RUN_ID, sha } from "../domain/runFixture.ts";
import { createStore } from "../harness/store.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
  const { repository, request } = queuedRun();
  await store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    await createRun(store, tx, { id: RUN_ID, repository, request, delivery: null });
  });
});
afterAll(async () => store.drop());

test("approvals are kept as they are said to be: added once, and taken away", async () => {
  const bob = { sha: sha("b"), by: "bob" };
  const mona = { sha: sha("b"), by: "mona" };
  for (const approvals of [[bob], [bob, mona], [bob, mona], [mona], [], [bob]]) {
    await saveApprovals(store.knex, RUN_ID, approvals);
    expect(new Set(await approvalsOf(store.knex, RUN_ID))).toEqual(new Set(approvals));
  }
});
