import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Answer, OwedAnswer } from "../../src/domain/answer.ts";
import type { JobDeps } from "../../src/jobs/handler.ts";
import { postAnswer } from "../../src/jobs/postAnswer.ts";
import { insertAnswer, isAnswered } from "../../src/store/answers.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { queuedRun, RUN_ID } from "../domain/runFixture.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import { breaking, fakeGithub } from "./fakeForge.ts";
import type { FakeGithub } from "./fakeForge.ts";

const ID = "6f0c7a6e-51b5-4c2a-8b1c-1f4a3c2d5e6f";
const REFUSED: Answer = { kind: "refused", what: "/autopack cancel", by: "mallory", why: "it needs write access" };

let store: Awaited<ReturnType<typeof createStore>>;
let github: FakeGithub;

beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => {
  await emptyTables(store.knex);
  github = fakeGithub();
  await saveRepository(store.knex, queuedRun().repository);
});

async function owe(answer: Answer, changes: Partial<OwedAnswer> = {}): Promise<boolean> {
  const owed = { id: ID, repositoryId: 101, issueNumber: 7, commentId: 70, labelToRemove: null, answer };
  return insertAnswer(store.knex, { ...owed, ...changes });
}

async function post(): Promise<void> {
  const { forge } = github;
  const used: Pick<JobDeps, "store" | "forges" | "log"> = {
    store,
    forges: { of: async () => forge, botLogin: async () => "autopack[bot]", installationOf: async () => 7 },
    log: pino({ level: "silent" }),
  };
  // An answer that is about no run touches nothing else of a worker's.
  await postAnswer({ kind: "post_answer", answerId: ID }, used as JobDeps);
}

test("a refusal: seen, said, and a thumb down", async () => {
  await owe(REFUSED);
  await post();
  expect(github.reactions.map(({ reaction }) => reaction)).toEqual(["eyes", "-1"]);
  expect([...github.comments.values()]).toEqual([
    {
      issue: 7,
      body: `<!-- autopack:answer:${ID} -->\n👎 \`/autopack cancel\` from mallory is refused: it needs write access.`,
    },
  ]);
});

test("what the status comment shows is answered with a reaction", async () => {
  await owe({ kind: "accepted", runId: RUN_ID });
  await post();
  expect(github.reactions.map(({ reaction }) => reaction)).toEqual(["eyes", "+1"]);
  expect(github.comments.size).toBe(0);
});

test("a refused label is answered without a reaction, and taken off", async () => {
  await owe(REFUSED, { commentId: null, labelToRemove: "autopack" });
  await post();
  expect(github.reactions).toEqual([]);
  expect(github.labels).not.toContain("autopack");
  expect(github.comments.size).toBe(1);
});

test("an answer is owed once, and posted once", async () => {
  expect(await owe(REFUSED)).toBe(true);
  expect(await owe(REFUSED)).toBe(false);
  expect(await isAnswered(store.knex, ID)).toBe(true);
  await post();
  await post();
  expect(github.comments.size).toBe(1);
  expect(github.calls).toHaveLength(3);
});

test.each(["before", "after"] as const)("each call broken once %s its effect", async (moment) => {
  for (const call of [1, 2, 3]) {
    await store.knex("answers").delete();
    github = fakeGithub();
    github.interfere = breaking(moment, call);
    await owe(REFUSED);
    await expect(post()).rejects.toThrow(`call ${call} broke`);
    await post();
    expect(github.comments.size).toBe(1);
    expect(github.reactions.map(({ reaction }) => reaction)).toEqual(["eyes", "-1"]);
  }
});
