import { expect, test } from "vitest";
import { address, cloneOf, commitFile, octokitWith, widget } from "./clients.ts";
import { gitAnswer } from "./git.ts";
import { startGitHub } from "./startGitHub.ts";

const users = { alice: "write" } as const;

test("a fault before the effect, after it, and a cut connection", async () => {
  await using github = await startGitHub({ users });
  const bot = octokitWith(github, github.installation.token());
  const create = (title: string) => bot.rest.issues.create({ ...widget, title });
  const path = "/repos/acme/widget/issues";

  github.faults.add({ method: "POST", path, status: 502, when: "before" });
  await expect(create("never")).rejects.toMatchObject({ status: 502 });
  github.faults.add({ method: "POST", path, status: 500, when: "after", headers: { "retry-after": "1" } });
  await expect(create("happened")).rejects.toMatchObject({
    status: 500,
    response: { headers: { "retry-after": "1" } },
  });
  github.faults.add({ method: "POST", path: /issues$/, when: "after" });
  await expect(create("cut off")).rejects.toThrow(/fetch failed|other side closed|socket/i);
  expect(github.faults.pending()).toEqual([]);

  expect((await github.issues()).map(({ title }) => title)).toEqual(["happened", "cut off"]);
  expect(github.calls({ method: "POST" }).map(({ status }) => status)).toEqual([502, 500, 0]);
});

test("a fault may let some pass, hit several times, and be taken back", async () => {
  await using github = await startGitHub({ users });
  const bot = octokitWith(github, github.installation.token());
  const read = () =>
    bot.rest.repos.get(widget).then(
      ({ status }) => status,
      ({ status }: { status: number }) => status,
    );
  github.faults.add({ path: "/repos/acme/widget", status: 503, when: "before", skip: 1, times: 2 });
  expect([await read(), await read(), await read(), await read()]).toEqual([200, 503, 503, 200]);
  github.faults.add({ path: /.*/, status: 503, when: "before", times: 100 });
  github.faults.clear();
  expect(await read()).toBe(200);
});

test("a push may take effect and its answer be lost", async () => {
  await using github = await startGitHub({ users });
  const clone = await cloneOf(address(github, github.installation.token()));
  const sha = await commitFile(clone, "a.txt", "a");
  const push = () => gitAnswer(clone, ["push", "origin", "HEAD:refs/heads/topic"]);
  const path = "/acme/widget.git/git-receive-pack";

  github.faults.add({ path, status: 503, when: "before" });
  expect((await push()).exitCode).not.toBe(0);
  expect(await github.branch("topic")).toBeUndefined();
  github.faults.add({ path, when: "after" });
  expect((await push()).exitCode).not.toBe(0);
  expect(await github.branch("topic")).toBe(sha);
});

test("the log tells REST, GraphQL and git apart, and who called", async () => {
  await using github = await startGitHub({ users });
  const token = github.installation.token();
  await octokitWith(github, token).rest.repos.get(widget);
  await octokitWith(github, token).graphql("{ viewer { login } }");
  await octokitWith(github, github.asUser("alice")).rest.repos.get(widget);
  const clone = await cloneOf(address(github, token));
  await commitFile(clone, "a.txt", "a");
  await gitAnswer(clone, ["push", "origin", "HEAD:refs/heads/topic"]);
  await github.createIssue({ as: "alice", title: "In process: not in the log" });
  await github.pushCommit({ as: "alice", branch: "x", files: { a: "a" }, message: "Not in the log either" });
  const seen = github.calls().map(({ kind, actor, status }) => `${kind} ${actor} ${status}`);
  // Git shows its credentials only when it is asked for them.
  expect(seen).toContain("git nobody 200");
  expect(seen).toContain("git nobody 401");
  expect(seen).toContain("git autopack[bot] 200");
  expect(seen.filter((line) => !line.startsWith("git"))).toEqual([
    "rest autopack[bot] 200",
    "graphql autopack[bot] 200",
    "rest alice 200",
  ]);
  expect(github.calls({ kind: "git", actor: "alice" })).toEqual([]);
  github.calls.reset();
  expect(github.calls()).toEqual([]);
});
