import { describe, expect, test } from "vitest";
import { octokitWith, widget } from "./clients.ts";
import { openReceiver } from "./receiver.ts";
import { startGitHub } from "./startGitHub.ts";
import type { GitHubStandIn } from "./startGitHub.ts";

const users = { alice: "write", bob: "write", rita: "read", ada: "admin" } as const;
const files = { "README.md": "# widget\n", "src/a.ts": "one\ntwo\nthree\n" };
const repositories = [{ name: "widget", files }];

async function topic(github: GitHubStandIn, change: Readonly<Record<string, string>> = { "src/b.ts": "b\n" }) {
  await github.pushCommit({ as: "alice", branch: "topic", files: change, message: "Change" });
  return github.openPull({ as: "alice", head: "topic", title: "A change", body: "Closes #1" });
}

describe("pull requests", () => {
  test("tell the truth about files, commits and whether they merge", async () => {
    await using github = await startGitHub({ users, repositories });
    await github.createIssue({ as: "alice", title: "First" });
    const { number } = await topic(github, { "src/a.ts": "one\n2\nthree\n", "src/b.ts": "b\n" });
    const octokit = octokitWith(github, github.installation.token());
    const place = { ...widget, pull_number: number };

    const { data: listed } = await octokit.rest.pulls.listFiles(place);
    expect(listed.map((file) => [file.filename, file.status, file.additions, file.deletions])).toEqual([
      ["src/a.ts", "modified", 1, 1],
      ["src/b.ts", "added", 1, 0],
    ]);
    expect(listed[0]?.patch).toBe("@@ -1,3 +1,3 @@\n one\n-two\n+2\n three");
    expect((await octokit.rest.pulls.get(place)).data).toMatchObject({
      mergeable: true,
      mergeable_state: "clean",
      changed_files: 2,
    });

    await github.pushCommit({
      as: "bob",
      branch: "main",
      files: { "src/a.ts": "one\nzwei\nthree\n" },
      message: "Theirs",
    });
    expect((await octokit.rest.pulls.get(place)).data).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
    await expect(octokit.rest.pulls.merge(place)).rejects.toMatchObject({ status: 405 });
    expect((await octokit.rest.issues.get({ ...widget, issue_number: number })).data.pull_request).toBeDefined();
  });

  test.each(["merge", "squash", "rebase"] as const)("%s: git, webhooks and the named issue agree", async (method) => {
    await using receiver = await openReceiver();
    await using github = await startGitHub({ users, repositories, webhookUrl: receiver.url });
    await github.createIssue({ as: "alice", title: "First" });
    const { number } = await topic(github);
    await github.pushCommit({ as: "alice", branch: "topic", files: { "src/c.ts": "c\n" }, message: "More" });
    await github.pushCommit({ as: "bob", branch: "main", files: { "other.md": "o\n" }, message: "Meanwhile" });

    const sha = await github.mergePull(number, { as: "bob", method });

    expect(await github.branch("main")).toBe(sha);
    const log = await github.log("main", { firstParent: true });
    const subjects = {
      merge: ["Merge pull request #2 from acme/topic", "Meanwhile", "Initial commit"],
      squash: ["A change (#2)", "Meanwhile", "Initial commit"],
      rebase: ["More", "Change", "Meanwhile", "Initial commit"],
    };
    expect(log.map(({ subject }) => subject)).toEqual(subjects[method]);
    expect(await github.file("main", "src/c.ts")).toBe("c\n");
    expect(await github.pull(number)).toMatchObject({
      merged: true,
      state: "closed",
      merge_commit_sha: sha,
      changed_files: 2,
      merged_by: { login: "bob" },
    });
    expect((await github.issue(1)).state).toBe("closed");
    await github.settled();
    expect(receiver.names().slice(-4)).toEqual([
      "pull_request.closed",
      "push",
      "check_suite.requested",
      "issues.closed",
    ]);
    const closed = receiver.received.find(({ name }) => name === "pull_request.closed");
    expect(closed?.payload).toMatchObject({ number, pull_request: { merged: true }, sender: { login: "bob" } });
  });

  test("refuses a stale head, a draft, a twin, and nothing between the branches", async () => {
    await using github = await startGitHub({ users, repositories });
    const octokit = octokitWith(github, github.installation.token());
    const first = await github.pushCommit({
      as: "alice",
      branch: "topic",
      files: { "src/b.ts": "b\n" },
      message: "Change",
    });
    const made = await octokit.rest.pulls.create({ ...widget, head: "topic", base: "main", title: "T", draft: true });
    const place = { ...widget, pull_number: made.data.number };
    await expect(octokit.rest.pulls.merge(place)).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining("still a draft"),
    });
    await github.pushCommit({ as: "alice", branch: "topic", files: { "src/b.ts": "c\n" }, message: "Again" });
    await octokit.graphql(
      `mutation { markPullRequestReadyForReview(input: { pullRequestId: "${made.data.node_id}" }) { clientMutationId } }`,
    );
    await expect(octokit.rest.pulls.merge({ ...place, sha: first })).rejects.toMatchObject({ status: 409 });
    await expect(
      octokit.rest.pulls.create({ ...widget, head: "topic", base: "main", title: "T" }),
    ).rejects.toMatchObject({ status: 422, message: expect.stringContaining("already exists") });
    await octokit.rest.git.createRef({ ...widget, ref: "refs/heads/same", sha: (await github.branch("main")) ?? "" });
    await expect(
      octokit.rest.pulls.create({ ...widget, head: "same", base: "main", title: "T" }),
    ).rejects.toMatchObject({ status: 422, message: expect.stringContaining("No commits between") });
  });

  test("follow their branch: pushed to, force-pushed, deleted", async () => {
    await using receiver = await openReceiver();
    await using github = await startGitHub({ users, repositories, webhookUrl: receiver.url });
    const pull = await topic(github);
    const after = await github.pushCommit({
      as: "bob",
      branch: "topic",
      parent: "main",
      force: true,
      files: { "z.md": "z" },
      message: "Mine",
    });
    await github.settled();
    const synchronized = receiver.received.find(({ name }) => name === "pull_request.synchronize");
    expect(synchronized?.payload).toMatchObject({
      before: pull.head.sha,
      after,
      pull_request: { head: { sha: after } },
    });
    expect(receiver.received.findLast(({ name }) => name === "push")?.payload).toMatchObject({ forced: true });
    expect((await github.pull(pull.number)).head.sha).toBe(after);

    await github.deleteBranch("topic", { as: "alice" });
    await github.settled();
    expect(await github.pull(pull.number)).toMatchObject({ state: "closed", merged: false });
    expect(receiver.received.findLast(({ name }) => name === "pull_request.closed")?.payload).toMatchObject({
      pull_request: { merged: false },
    });
    await expect(github.reopenPull(pull.number, { as: "alice" })).rejects.toThrow("has been deleted");
  });

  test("protection: required checks and reviews block, until they are there", async () => {
    await using github = await startGitHub({ users, repositories });
    await github.protect("main", {
      required_status_checks: { strict: true, contexts: ["autopack/promotion", "legacy"] },
      required_pull_request_reviews: { required_approving_review_count: 1 },
    });
    const { number, head } = await topic(github);
    const bot = octokitWith(github, github.installation.token());
    expect((await github.pull(number)).mergeable_state).toBe("blocked");
    await expect(github.mergePull(number, { as: "bob" })).rejects.toThrow(
      'Required status check \\"autopack/promotion\\" is expected',
    );
    await bot.rest.checks.create({
      ...widget,
      name: "autopack/promotion",
      head_sha: head.sha,
      status: "completed",
      conclusion: "success",
    });
    await github.reportStatus({ as: "bob", sha: head.sha, context: "legacy", state: "success" });
    await expect(github.mergePull(number, { as: "bob" })).rejects.toThrow("approving review");
    await expect(github.review(number, { as: "alice", event: "APPROVE" })).rejects.toThrow("own pull request");
    await github.review(number, { as: "bob", event: "APPROVE" });
    expect((await github.pull(number)).mergeable_state).toBe("clean");
    await github.pushCommit({ as: "ada", branch: "main", files: { n: "n" }, message: "Base moves" });
    expect((await github.pull(number)).mergeable_state).toBe("behind");
    await expect(github.mergePull(number, { as: "bob" })).rejects.toThrow("out of date");
    await github.mergePull(number, { as: "ada" });
  });

  test("come from forks by people who may only read", async () => {
    await using github = await startGitHub({
      users,
      repositories: [...repositories, { name: "widget", owner: "rita", forkOf: "acme/widget", files: {} }],
    });
    await github
      .repository("rita/widget")
      .pushCommit({ as: "rita", branch: "fix", files: { "f.md": "f" }, message: "From outside" });
    const pull = await github.openPull({ as: "rita", head: "rita:fix", title: "Please" });
    expect(pull).toMatchObject({ head: { repo: { full_name: "rita/widget", fork: true } }, mergeable_state: "clean" });
    await expect(github.mergePull(pull.number, { as: "rita" })).rejects.toThrow("403");
    await github.mergePull(pull.number, { as: "alice", method: "squash" });
    expect(await github.file("main", "f.md")).toBe("f");
  });

  test("GraphQL changes several things of one pull request at once", async () => {
    await using receiver = await openReceiver();
    await using github = await startGitHub({ users, repositories, webhookUrl: receiver.url });
    const bot = octokitWith(github, github.installation.token());
    await github.pushCommit({ as: "alice", branch: "topic", files: { b: "b" }, message: "Change" });
    const { data } = await bot.rest.pulls.create({ ...widget, head: "topic", base: "main", title: "T", draft: true });
    const answer = await bot.graphql(
      `mutation Publish($id: ID!, $body: String!) {
         text: updatePullRequest(input: { pullRequestId: $id, body: $body, title: "Quoted \\"title\\"" }) { pullRequest { title body } }
         ready: markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft number } }
       }`,
      { id: data.node_id, body: "line 1\nline 2" },
    );
    expect(answer).toEqual({
      text: { pullRequest: { title: 'Quoted "title"', body: "line 1\nline 2" } },
      ready: { pullRequest: { isDraft: false, number: data.number } },
    });
    await github.settled();
    expect(receiver.names().slice(-2)).toEqual(["pull_request.edited", "pull_request.ready_for_review"]);
    const failing = bot.graphql(
      'mutation { updatePullRequest(input: { pullRequestId: "nobody", body: "x" }) { clientMutationId } }',
    );
    await expect(failing).rejects.toMatchObject({ errors: [{ type: "NOT_FOUND" }] });
    expect(github.calls({ kind: "graphql" })).toHaveLength(2);
  });

  test("reviews carry their comments, and can be dismissed", async () => {
    await using receiver = await openReceiver();
    await using github = await startGitHub({ users, repositories, webhookUrl: receiver.url });
    const { number } = await topic(github);
    const comments = [{ path: "src/b.ts", line: 1, body: "Why?" }];
    await github.review(number, { as: "bob", event: "REQUEST_CHANGES", body: "No", comments });
    await github.settled();
    expect(receiver.names().slice(-2)).toEqual([
      "pull_request_review.submitted",
      "pull_request_review_comment.created",
    ]);
    const bot = octokitWith(github, github.installation.token());
    const place = { ...widget, pull_number: number };
    const { data: reviews } = await bot.rest.pulls.listReviews(place);
    expect(reviews.map(({ state, user }) => [state, user?.login])).toEqual([["CHANGES_REQUESTED", "bob"]]);
    const { data: said } = await bot.rest.pulls.listReviewComments(place);
    const reply = await bot.rest.pulls.createReplyForReviewComment({
      ...place,
      comment_id: said[0]?.id ?? 0,
      body: "Because",
    });
    expect(reply.data).toMatchObject({ in_reply_to_id: said[0]?.id, path: "src/b.ts", line: 1 });
    await bot.rest.pulls.dismissReview({ ...place, review_id: reviews[0]?.id ?? 0, message: "Settled" });
    expect((await bot.rest.pulls.listReviews(place)).data[0]?.state).toBe("DISMISSED");
  });
});
