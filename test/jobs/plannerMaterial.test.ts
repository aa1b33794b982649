import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { createRun } from "../../src/engine/createRun.ts";
import type { JobDeps } from "../../src/jobs/handler.ts";
import { plannerMaterial } from "../../src/jobs/plannerMaterial.ts";
import type { IssueCommentView } from "../../src/ports/forge.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { runAskedAt } from "../../src/store/runAskedAt.ts";
import { queuedRun, RUN_ID, SETTINGS, sha, strategy } from "../domain/runFixture.ts";
import { createStore } from "../harness/store.ts";
import { fakeGithub } from "./fakeForge.ts";

let store: Awaited<ReturnType<typeof createStore>>;
const OTHER = "8-other123" as RunId;
const { repository, request } = queuedRun();

beforeAll(async () => {
  store = await createStore();
  await store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    await createRun(store, tx, { id: RUN_ID, repository, request, delivery: null });
    const other = { ...request, issueNumber: 8, title: "Say goodbye" };
    await createRun(store, tx, { id: OTHER, repository, request: other, delivery: null });
  });
});
afterAll(async () => store.drop());

const LONG_AGO = "2020-01-01T00:00:00Z";

function comment(author: string, more: Partial<IssueCommentView> = {}): IssueCommentView {
  const times = { createdAt: LONG_AGO, updatedAt: LONG_AGO };
  return { id: 1, author, isBot: false, isInsider: true, ...times, body: `${author} says so.`, ...more };
}

test("people with rights are heard as they spoke before the run, strangers are counted, other runs are named", async () => {
  const github = fakeGithub();
  const asked: string[] = [];
  const comments = [
    comment("bob"),
    comment("alice"),
    comment("bob", { body: "Once more." }),
    comment("reader"),
    comment("stranger", { isInsider: false }),
    comment("bob", { body: "Edited later.", updatedAt: "2999-01-01T00:00:00Z" }),
    comment("autopack[bot]", { isBot: true }),
  ];
  const until: string[] = [];
  const forge = {
    ...github.forge,
    issueComments: async (_: number, options: { readonly until: string }) => {
      until.push(options.until);
      return comments;
    },
    roleOf: async (login: string) => {
      asked.push(login);
      return login === "bob" ? ("maintain" as const) : login === "alice" ? ("triage" as const) : ("read" as const);
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the function uses of it
  const deps = {
    store,
    forges: { of: async () => forge },
    git: { listFiles: async () => ["README.md", "src/greet.js"] },
  } as unknown as JobDeps;
  const base = { branch: "main", sha: sha("a") };
  const run = { ...queuedRun(), settings: SETTINGS, strategy: strategy(), base };

  const material = await plannerMaterial(run, deps);

  expect(until).toEqual([await runAskedAt(store.knex, RUN_ID)]);
  expect(material.comments).toEqual([
    { author: "bob", role: "maintain", body: "bob says so." },
    { author: "alice", role: "triage", body: "alice says so." },
    { author: "bob", role: "maintain", body: "Once more." },
  ]);
  expect(material.strangersComments).toBe(2);
  expect(asked).toEqual(["bob", "alice", "reader"]);
  expect(material.others).toEqual([{ number: 8, title: "Say goodbye" }]);
  expect(material.facts.paths).toEqual(["README.md", "src/greet.js"]);
  expect(material.feedback).toBeNull();
});
