import { pino } from "pino";
import { Probot } from "probot";
import { afterEach, beforeEach, expect, test } from "vitest";
import { overseenGithubOptions } from "../../../src/adapters/github/autopackOctokit.ts";
import { callCounter } from "../../../src/adapters/github/callCounter.ts";
import type { CallCounter } from "../../../src/adapters/github/callCounter.ts";
import { probotForges } from "../../../src/adapters/github/probotForges.ts";
import type { ApiLimit, ApiRequest } from "../../../src/domain/apiRequest.ts";
import { NotSent } from "../../../src/domain/notSent.ts";
import type { Forge } from "../../../src/ports/forge.ts";
import type { Call } from "../../github/callLog.ts";
import { startGitHub } from "../../github/startGitHub.ts";
import type { GitHubStandIn } from "../../github/startGitHub.ts";

let github: GitHubStandIn;
let probot: Probot;
let forge: Forge;
let counter: CallCounter;
let admitted: ApiRequest[];
let pauses: ApiLimit[];
let refuse: boolean;

beforeEach(async () => {
  github = await startGitHub({ users: { alice: "write" } });
  [admitted, pauses, refuse] = [[], [], false];
  counter = callCounter();
  const governor = {
    admit: async (_: number, request: ApiRequest): Promise<void> => {
      if (refuse) throw new NotSent("not now", { afterMs: 5000 });
      admitted.push(request);
    },
    pause: async (_: number, limit: ApiLimit) => void pauses.push(limit),
  };
  probot = new Probot({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    baseUrl: `${github.origin}/api/v3`,
    log: pino({ level: "silent" }),
    ...overseenGithubOptions({ governor, counter }),
  });
  forge = await probotForges(probot).of({ installationId: github.installation.id, owner: "acme", name: "widget" });
});

afterEach(async () => github.close());

/** What arrived, exchanges for tokens aside. */
function arrived(): readonly Call[] {
  return github.calls().filter(({ path }) => !path.endsWith("/access_tokens"));
}

test("a read that brings nothing new costs nothing, and gives what it gave", async () => {
  const { count } = await counter.during(async () => {
    expect(await forge.roleOf("alice")).toBe("write");
    expect(await forge.roleOf("alice")).toBe("write");
  });
  expect(arrived().map(({ status }) => status)).toEqual([200, 304]);
  expect(count).toEqual({ calls: 1, conditional: 1 });
});

test("a read that brings news gives the news", async () => {
  await forge.roleOf("alice");
  github.installation.setRole("widget", "alice", "read");
  expect(await forge.roleOf("alice")).toBe("read");
  expect(arrived().map(({ status }) => status)).toEqual([200, 200]);
});

test("the pages of a list that has not changed are still all found", async () => {
  const { number } = await github.createIssue({ as: "alice", title: "Long" });
  for (let index = 0; index < 101; index += 1) await github.comment(number, `comment ${index}`, { as: "alice" });
  const octokit = await probot.auth(github.installation.id);
  const list = async (): Promise<readonly string[]> =>
    (
      await octokit.paginate(octokit.rest.issues.listComments, {
        owner: "acme",
        repo: "widget",
        issue_number: number,
        per_page: 100,
      })
    ).map(({ body = "" }) => body);
  const first = await list();
  expect(first).toHaveLength(101);
  expect(await list()).toEqual(first);
  expect(arrived().map(({ status }) => status)).toEqual([200, 200, 304, 304]);
});

test("what a caller does to an answer is not what the next one gets", async () => {
  const octokit = await probot.auth(github.installation.id);
  const read = async () => octokit.rest.repos.get({ owner: "acme", repo: "widget" });
  (await read()).data.name = "changed";
  const { data, status } = await read();
  expect([data.name, status]).toEqual(["widget", 200]);
});

test("each kind of request is admitted as what it is", async () => {
  const { number } = await github.createIssue({ as: "alice", title: "Greet" });
  await forge.updateComment(await forge.createComment(number, "hello"), "bye");
  await forge.findComment(number, "<!-- x -->");
  const octokit = await probot.auth(github.installation.id);
  await octokit.graphql("query { viewer { login } }");
  expect(admitted).toEqual([
    { kind: "create", resource: "core" },
    { kind: "edit", resource: "core" },
    { kind: "read", resource: "core" },
    { kind: "read", resource: "graphql" },
  ]);
});

test("a mutation is a write", async () => {
  await expect(forge.updatePull({ nodeId: "PR_none", title: "x", body: "", ready: false })).rejects.toThrow(
    "pull request",
  );
  expect(admitted).toEqual([{ kind: "edit", resource: "graphql" }]);
});

test("what is not admitted is not sent, and comes back later", async () => {
  refuse = true;
  const { number } = await github.createIssue({ as: "alice", title: "Greet" });
  const { result, count } = await counter.during(async () =>
    forge.createComment(number, "hello").catch((error: unknown) => error),
  );
  expect(result).toMatchObject({ name: "NotSent", retry: { afterMs: 5000 } });
  expect(arrived()).toEqual([]);
  expect(count).toEqual({ calls: 0, conditional: 0 });
});

test("the last request of the hour says so to all workers, and so does one that is refused", async () => {
  github.rateLimit.exhaust(600);
  await expect(forge.roleOf("alice")).rejects.toMatchObject({ retry: { afterMs: expect.any(Number) } });
  expect(pauses).toEqual([{ resource: "core", waitMs: expect.any(Number), told: true }]);
  expect(pauses[0]?.waitMs).toBeGreaterThan(590_000);
});

test.each([
  ["with a time", { "retry-after": "30" }, { resource: "all", waitMs: 30_000, told: true }],
  ["without one", {}, { resource: "all", waitMs: 60_000, told: false }],
])("a secondary limit %s is passed on", async (_, headers, limit) => {
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  github.faults.add({ path: /collaborators/, status: 403, headers, body: { message }, when: "before" });
  await expect(forge.roleOf("alice")).rejects.toThrow("rate limit");
  expect(pauses).toEqual([limit]);
});

test("a limit that GraphQL answers with a 200 is passed on", async () => {
  const body = { errors: [{ type: "RATE_LIMIT", message: "You have exceeded a secondary rate limit" }], data: null };
  github.faults.add({ path: "/graphql", status: 200, headers: { "retry-after": "20" }, body, when: "before" });
  await expect(forge.updatePull({ nodeId: "x", title: "x", body: "", ready: false })).rejects.toThrow("rate limit");
  expect(pauses).toEqual([{ resource: "all", waitMs: 20_000, told: true }]);
});

test("jobs side by side are counted apart, and failures count", async () => {
  const once = counter.during(async () => forge.roleOf("alice"));
  const twice = counter.during(async () => {
    await forge.roleOf("nobody");
    await forge.roleOf("somebody");
  });
  expect([(await once).count.calls, (await twice).count.calls]).toEqual([1, 2]);
});
