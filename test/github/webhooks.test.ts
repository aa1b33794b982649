import { Webhooks } from "@octokit/webhooks";
import { expect, test } from "vitest";
import { probotOctokit } from "./clients.ts";
import { openReceiver } from "./receiver.ts";
import { startGitHub } from "./startGitHub.ts";

const users = { alice: "write", ada: "admin" } as const;

test("deliveries are signed over the raw body and carry GitHub's headers", async () => {
  await using receiver = await openReceiver();
  await using github = await startGitHub({ users, webhookUrl: receiver.url });
  await github.createIssue({ as: "alice", title: "Größe — ünïcode", labels: ["autopack"] });
  await github.settled();
  expect(receiver.names()).toEqual(["issues.opened", "issues.labeled"]);
  const [opened, labeled] = receiver.received;
  const signature = String(opened?.headers["x-hub-signature-256"]);
  expect(await new Webhooks({ secret: github.app.webhookSecret }).verify(opened?.raw ?? "", signature)).toBe(true);
  expect(opened?.headers["x-github-delivery"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(opened?.headers["x-github-hook-id"]).toMatch(/^\d+$/);
  expect(labeled?.payload).toMatchObject({
    action: "labeled",
    label: { name: "autopack" },
    issue: {
      number: 1,
      title: "Größe — ünïcode",
      state: "open",
      user: { login: "alice" },
      labels: [{ name: "autopack" }],
    },
    repository: {
      full_name: "acme/widget",
      owner: { login: "acme", type: "Organization" },
      private: false,
      default_branch: "main",
    },
    sender: { login: "alice", type: "User" },
    installation: { id: github.installation.id },
    organization: { login: "acme" },
  });
});

test("an edit says what it was before; a comment names its issue", async () => {
  await using receiver = await openReceiver();
  await using github = await startGitHub({ users, webhookUrl: receiver.url });
  const { number } = await github.createIssue({ as: "alice", title: "Old", body: "old body" });
  await github.editIssue(number, { as: "ada", title: "New", body: "old body" });
  const comment = await github.comment(number, "first", { as: "alice" });
  await github.editComment(comment.id, "second", { as: "alice" });
  await github.closeIssue(number, { as: "ada" });
  await github.reopenIssue(number, { as: "ada" });
  await github.settled();
  expect(receiver.names()).toEqual([
    "issues.opened",
    "issues.edited",
    "issue_comment.created",
    "issue_comment.edited",
    "issues.closed",
    "issues.reopened",
  ]);
  expect(receiver.received[1]?.payload["changes"]).toEqual({ title: { from: "Old" } });
  expect(receiver.received[3]?.payload).toMatchObject({ changes: { body: { from: "first" } }, issue: { number } });
});

test("held deliveries are released in any order, twice, or never", async () => {
  await using receiver = await openReceiver();
  await using github = await startGitHub({ users, webhookUrl: receiver.url });
  github.webhooks.hold();
  const { number } = await github.createIssue({ as: "alice", title: "Race" });
  await github.addLabel(number, "a", { as: "alice" });
  await github.comment(number, "hi", { as: "alice" });
  await github.settled();
  expect(receiver.names()).toEqual([]);
  expect(github.webhooks.held().map(({ event }) => event)).toEqual(["issues", "issues", "issue_comment"]);

  github.webhooks.drop(({ action }) => action === "opened");
  await github.webhooks.release((held) => held.filter(({ event }) => event === "issue_comment"));
  await github.webhooks.release((held) => held.flatMap((delivery) => [delivery, delivery]));
  expect(receiver.names()).toEqual(["issue_comment.created", "issues.labeled", "issues.labeled"]);
  expect(new Set(receiver.received.map(({ headers }) => headers["x-github-delivery"])).size).toBe(2);
  await github.closeIssue(number, { as: "alice" });
  await github.webhooks.release();
  await github.removeLabel(number, "a", { as: "alice" });
  await github.settled();
  expect(receiver.names().slice(3)).toEqual(["issues.closed", "issues.unlabeled"]);
});

test("failed deliveries are in the log, and redelivered under the same GUID", async () => {
  await using receiver = await openReceiver();
  await using github = await startGitHub({ users });
  const app = probotOctokit(github, { installation: false });
  await github.createIssue({ as: "alice", title: "While the server is down" });
  await github.settled();
  receiver.answerWith(500);
  github.webhooks.deliverTo(receiver.url);
  await github.createIssue({ as: "alice", title: "While it is ill" });
  await github.settled();
  receiver.answerWith(202);

  const { data: log } = await app.rest.apps.listWebhookDeliveries();
  expect(log.map(({ status, status_code, redelivery }) => [status, status_code, redelivery])).toEqual([
    ["Invalid HTTP Response: 500", 500, false],
    ["failed to connect to host", 502, false],
  ]);
  const [, lost] = log;
  const detail = await app.rest.apps.getWebhookDelivery({ delivery_id: lost?.id ?? 0 });
  expect(detail.data.request.payload).toMatchObject({ action: "opened", issue: { title: "While the server is down" } });
  await app.rest.apps.redeliverWebhookDelivery({ delivery_id: lost?.id ?? 0 });
  await github.settled();
  const { data: after } = await app.rest.apps.listWebhookDeliveries({ per_page: 1 });
  expect(after).toMatchObject([{ guid: lost?.guid, redelivery: true, status: "OK", status_code: 202 }]);
  expect(receiver.received.at(-1)?.headers["x-github-delivery"]).toBe(lost?.guid);
  const all = await app.paginate(app.rest.apps.listWebhookDeliveries, { per_page: 1 });
  expect(all).toHaveLength(3);
});

test("an app hears of its installation, and of nothing where it is not installed", async () => {
  await using receiver = await openReceiver();
  await using github = await startGitHub({
    users,
    webhookUrl: receiver.url,
    app: { events: ["issues"] },
    repositories: [
      { name: "widget", files: { a: "a" } },
      { name: "other", installed: false, files: { a: "a" } },
    ],
  });
  await github.repository("other").createIssue({ as: "alice", title: "Unheard" });
  const { number } = await github.createIssue({ as: "alice", title: "Heard" });
  await github.comment(number, "not subscribed", { as: "alice" });
  github.installation.exclude("widget", "ada");
  await github.closeIssue(number, { as: "alice" });
  github.installation.remove("ada");
  await github.settled();
  expect(receiver.names()).toEqual(["issues.opened", "installation_repositories.removed", "installation.deleted"]);
});

test("settings are announced, and a renamed repository answers to its old name", async () => {
  await using receiver = await openReceiver();
  await using github = await startGitHub({ users, webhookUrl: receiver.url });
  await github.changeSettings({ as: "ada", name: "gadget" });
  await github.changeSettings({ as: "ada", archived: true });
  await expect(github.createIssue({ as: "alice", title: "Too late" })).rejects.toThrow("archived");
  await github.settled();
  expect(receiver.names()).toEqual(["repository.renamed", "repository.archived"]);
  const old = await fetch(`${github.origin}/api/v3/repos/acme/widget`);
  expect(await old.json()).toMatchObject({ full_name: "acme/gadget" });
});
