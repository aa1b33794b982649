import { expect, test } from "vitest";
import { octokitWith, widget } from "./clients.ts";
import { openReceiver } from "./receiver.ts";
import { startGitHub } from "./startGitHub.ts";

const users = { alice: "write", bob: "write" } as const;

async function headOf(github: Awaited<ReturnType<typeof startGitHub>>): Promise<string> {
  return (await github.branch("main")) ?? "";
}

test("a check run keeps what was written, adds annotations up, and is found by name and external id", async () => {
  await using github = await startGitHub({ users });
  const head_sha = await headOf(github);
  const bot = octokitWith(github, github.installation.token());
  const annotation = {
    path: "README.md",
    start_line: 1,
    end_line: 1,
    annotation_level: "warning" as const,
    message: "Hm",
  };
  const { data: made } = await bot.rest.checks.create({
    ...widget,
    name: "autopack/audit",
    head_sha,
    external_id: "run/audit/sha",
    details_url: "http://127.0.0.1/runs/1",
    output: { title: "At work", summary: "…", annotations: [annotation] },
    actions: [{ label: "Retry", identifier: "retry", description: "Run the gate again" }],
  });
  expect(made).toMatchObject({ status: "queued", conclusion: null, app: { id: github.app.id, slug: "autopack" } });
  const place = { ...widget, check_run_id: made.id };
  await bot.rest.checks.update({
    ...place,
    conclusion: "success",
    output: { title: "Approved", summary: "Fine", annotations: [annotation] },
  });

  const { data: listed } = await bot.rest.checks.listForRef({ ...widget, ref: "main", check_name: "autopack/audit" });
  expect(listed.check_runs.map((run) => [run.external_id, run.status, run.conclusion, run.output.title])).toEqual([
    ["run/audit/sha", "completed", "success", "Approved"],
  ]);
  expect((await bot.rest.checks.listAnnotations(place)).data).toHaveLength(2);
  expect((await bot.rest.checks.listForRef({ ...widget, ref: "main", check_name: "other" })).data.total_count).toBe(0);
});

test("GitHub's limits are kept", async () => {
  await using github = await startGitHub({ users });
  const head_sha = await headOf(github);
  const bot = octokitWith(github, github.installation.token());
  const annotation = { path: "a", start_line: 1, end_line: 1, annotation_level: "notice" as const, message: "m" };
  const action = { label: "x".repeat(21), identifier: "x", description: "x" };
  const refused = [
    { output: { title: "t", summary: "s", annotations: Array.from({ length: 51 }, () => annotation) } },
    { output: { title: "t", summary: "s".repeat(65_536) } },
    { actions: [action] },
    { actions: Array.from({ length: 4 }, () => ({ ...action, label: "x" })) },
    { status: "completed" as const },
  ];
  for (const wrong of refused) {
    await expect(bot.rest.checks.create({ ...widget, name: "c", head_sha, ...wrong })).rejects.toMatchObject({
      status: 422,
    });
  }
  await expect(bot.rest.checks.create({ ...widget, name: "c", head_sha: "1".repeat(40) })).rejects.toMatchObject({
    status: 422,
  });
  const person = octokitWith(github, github.asUser("alice"));
  await expect(person.rest.checks.create({ ...widget, name: "c", head_sha })).rejects.toMatchObject({ status: 403 });
  expect(github.checks(head_sha, { all: true })).toEqual([]);
});

test("buttons and re-runs reach the app as webhooks of the person who pressed", async () => {
  await using receiver = await openReceiver();
  await using github = await startGitHub({ users, webhookUrl: receiver.url });
  const head_sha = await headOf(github);
  const bot = octokitWith(github, github.installation.token());
  const actions = [{ label: "Retry", identifier: "retry", description: "Run the gate again" }];
  const { data: run } = await bot.rest.checks.create({
    ...widget,
    name: "c",
    head_sha,
    conclusion: "failure",
    actions,
  });
  github.requestAction(run.id, "retry", { as: "alice" });
  github.rerequestCheck(run.id, { as: "bob" });
  github.rerequestSuite(head_sha, { as: "bob" });
  await github.settled();
  expect(receiver.received.map(({ name, payload }) => `${name} by ${payload.sender?.login}`)).toEqual([
    "check_run.created by autopack[bot]",
    "check_run.completed by autopack[bot]",
    "check_suite.completed by autopack[bot]",
    "check_run.requested_action by alice",
    "check_run.rerequested by bob",
    "check_suite.rerequested by bob",
  ]);
  expect(receiver.received[3]?.payload).toMatchObject({
    requested_action: { identifier: "retry" },
    check_run: { id: run.id },
  });
  expect(() => github.requestAction(run.id, "nope", { as: "alice" })).toThrow("no button nope");
});

test("other people's CI and statuses stand beside the app's own", async () => {
  await using github = await startGitHub({ users });
  const sha = await headOf(github);
  const bot = octokitWith(github, github.installation.token());
  const foreign = github.reportCheck({ sha, name: "build", status: "in_progress" });
  await expect(
    bot.rest.checks.update({ ...widget, check_run_id: foreign.id, conclusion: "success" }),
  ).rejects.toMatchObject({ status: 403 });
  github.reportCheck({ sha, name: "build", conclusion: "failure" });
  expect(github.checks(sha).map(({ name, foreignApp, conclusion }) => [name, foreignApp, conclusion])).toEqual([
    ["build", "github-actions", "failure"],
  ]);
  await bot.rest.repos.createCommitStatus({ ...widget, sha, context: "lint", state: "pending" });
  await bot.rest.repos.createCommitStatus({ ...widget, sha, context: "lint", state: "success" });
  const { data } = await bot.rest.repos.getCombinedStatusForRef({ ...widget, ref: "main" });
  expect([data.state, data.total_count]).toEqual(["success", 1]);
  expect((await bot.rest.repos.listCommitStatusesForRef({ ...widget, ref: sha })).data).toHaveLength(2);
});

test("a merge group is a commit on top of the base, which the app is asked about", async () => {
  await using receiver = await openReceiver();
  await using github = await startGitHub({ users, webhookUrl: receiver.url });
  await github.pushCommit({ as: "alice", branch: "topic", files: { a: "a" }, message: "Change" });
  const { number } = await github.openPull({ as: "alice", head: "topic", title: "Change" });
  const base = await headOf(github);
  const sha = await github.formMergeGroup(number);
  await github.settled();
  const branch = `gh-readonly-queue/main/pr-${number}-${base}`;
  expect(await github.branch(branch)).toBe(sha);
  expect(receiver.names()).toContain("merge_group.checks_requested");
});
