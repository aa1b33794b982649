import nock from "nock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EnvironmentFailure } from "../../../src/domain/failure.ts";
import type { Sha } from "../../../src/domain/ids.ts";
import type { Forge } from "../../../src/ports/forge.ts";
import { API, closeGithub, connectGithub, grantToken, openWidget, widget } from "./github.ts";

const REPO = "/repos/acme/widget";
const HEAD = "a".repeat(40) as Sha;
let forge: Forge;

beforeEach(async () => {
  forge = await openWidget();
});

afterEach(closeGithub);

const SETTINGS = {
  isArchived: false,
  mergeCommitAllowed: true,
  squashMergeAllowed: true,
  rebaseMergeAllowed: false,
  autoMergeAllowed: true,
};

function answers(repository: object): void {
  nock(API)
    .post("/graphql", ({ variables }) => variables.branch === "main" && variables.ref === "refs/heads/main")
    .reply(200, { data: { repository: { ...SETTINGS, mergeQueue: null, ref: null, ...repository } } });
}

function runBranchRules(rules: readonly object[]): void {
  nock(API)
    .get(/\/repos\/acme\/widget\/rules\/branches\/autonomous/)
    .query({ per_page: "100" })
    .reply(200, rules);
}

function ruleset(id: number, status: number, answer: object): void {
  nock(API).get(`${REPO}/rulesets/${id}`).query({ includes_parents: "true" }).reply(status, answer);
}

function graphqlError(message: string, type = "UNPROCESSABLE"): void {
  nock(API)
    .post("/graphql")
    .reply(200, { data: null, errors: [{ type, message }] });
}

describe("what is to be known of a repository", () => {
  test("protection and rulesets together, in two calls", async () => {
    answers({
      mergeQueue: { id: "MQ_1" },
      ref: {
        refUpdateRule: {
          requiredApprovingReviewCount: 1,
          requiredStatusCheckContexts: ["test", null],
          requiresCodeOwnerReviews: false,
          requiresConversationResolution: true,
          requiresLinearHistory: false,
          requiresSignatures: true,
        },
        rules: {
          nodes: [
            { type: "REQUIRED_LINEAR_HISTORY", parameters: {} },
            {
              type: "PULL_REQUEST",
              parameters: {
                allowedMergeMethods: ["MERGE", "SQUASH"],
                dismissStaleReviewsOnPush: true,
                requireCodeOwnerReview: true,
                requiredApprovingReviewCount: 2,
                requiredReviewThreadResolution: false,
              },
            },
            { type: "PULL_REQUEST", parameters: { allowedMergeMethods: ["SQUASH", "REBASE"] } },
            {
              type: "REQUIRED_STATUS_CHECKS",
              parameters: { requiredStatusChecks: [{ context: "lint" }, { context: "test" }] },
            },
            { type: "LOCK_BRANCH", parameters: null },
            null,
          ],
        },
      },
    });
    runBranchRules([{ type: "deletion" }, { type: "required_linear_history", ruleset_id: 1 }]);
    expect(await forge.hostFacts("main")).toEqual({
      archived: false,
      mergeMethods: ["merge", "squash"],
      autoMergeAllowed: true,
      locked: true,
      rules: {
        requiredChecks: ["lint", "test"],
        requiredApprovals: 2,
        codeOwnerReview: true,
        dismissStaleReviews: true,
        conversationResolution: true,
        signedCommits: true,
        linearHistory: true,
        mergeQueue: true,
        mergeMethods: ["squash"],
      },
      runBranchRules: ["deletion"],
    });
  });

  test("a branch without rules, or none yet", async () => {
    answers({});
    runBranchRules([]);
    expect(await forge.hostFacts("main")).toMatchObject({
      rules: { requiredChecks: [], requiredApprovals: 0, mergeMethods: null, mergeQueue: false },
      runBranchRules: [],
    });
  });

  test("a rule that the app may bypass keeps it from nothing", async () => {
    answers({});
    runBranchRules([
      { type: "creation", ruleset_id: 1 },
      { type: "update", ruleset_id: 2 },
      { type: "required_signatures", ruleset_id: 3 },
    ]);
    ruleset(1, 200, { current_user_can_bypass: "always" });
    ruleset(2, 200, { current_user_can_bypass: "pull_requests_only" });
    ruleset(3, 404, { message: "Not Found" });
    expect(await forge.hostFacts("main")).toMatchObject({ runBranchRules: ["update"] });
  });

  test("a GitHub that does not know the question, or does not let the app ask it", async () => {
    graphqlError("Field 'refUpdateRule' doesn't exist on type 'Ref'", "undefinedField");
    expect(await forge.hostFacts("main")).toBeNull();
    grantToken();
    graphqlError("Resource not accessible by integration", "FORBIDDEN");
    expect(await (await widget(connectGithub().forges)).hostFacts("main")).toBeNull();
  });

  test("an outage is none of that", async () => {
    nock(API).post("/graphql").reply(502, "bad gateway");
    await expect(forge.hostFacts("main")).rejects.toThrow(EnvironmentFailure);
  });
});

test("permissions come with the token, and with a new one when they are to be renewed", async () => {
  expect(await forge.permissions({ renewed: false })).toEqual({ issues: "write" });
  expect(await forge.permissions({ renewed: false })).toEqual({ issues: "write" });
  grantToken("ghs_second");
  expect(await forge.permissions({ renewed: true })).toEqual({ issues: "write" });
});

describe("a merge that is left to GitHub", () => {
  const pull = { nodeId: "PR_1", sha: HEAD, method: "squash", title: "Greet (#8)" } as const;

  test("auto-merge is bound to the head", async () => {
    nock(API)
      .post("/graphql", ({ query, variables }) => {
        expect(query).toContain("enablePullRequestAutoMerge");
        expect(variables).toEqual({ id: "PR_1", head: HEAD, mergeBy: "SQUASH", title: "Greet (#8)" });
        return true;
      })
      .reply(200, { data: { enablePullRequestAutoMerge: { pullRequest: { id: "PR_1" } } } });
    expect(await forge.delegateMerge({ ...pull, to: "auto_merge" })).toEqual({ kind: "delegated" });
  });

  test("so is the queue", async () => {
    nock(API)
      .post("/graphql", ({ query, variables }) => {
        expect(query).toContain("enqueuePullRequest");
        expect(variables).toEqual({ id: "PR_1", head: HEAD });
        return true;
      })
      .reply(200, { data: { enqueuePullRequest: { mergeQueueEntry: { id: "MQE_1" } } } });
    expect(await forge.delegateMerge({ ...pull, to: "queue" })).toEqual({ kind: "delegated" });
  });

  test.each([
    ["Pull request Pull request is in clean status", { kind: "nothing_to_wait_for" }],
    ["Pull request Pull request is in unstable status", { kind: "nothing_to_wait_for" }],
    ["Pull request Protected branch rules not configured for this branch", { kind: "nothing_to_wait_for" }],
    ["Head branch was modified. Review and try the merge again.", { kind: "head_moved" }],
    ["Pull request is already in the queue", { kind: "delegated" }],
    [
      "Pull request Auto merge is not allowed for this repository",
      { kind: "refused", message: expect.stringContaining("Allow auto-merge") },
    ],
    [
      "Merge queue is not enabled for this branch",
      { kind: "refused", message: expect.stringContaining("promotion.auto_merge") },
    ],
    ["Something else", { kind: "refused", message: "Something else" }],
  ])("%s", async (message, expected) => {
    graphqlError(message);
    expect(await forge.delegateMerge({ ...pull, to: "auto_merge" })).toEqual(expected);
  });

  test("while GitHub works out whether it merges, it is asked again later", async () => {
    graphqlError("Pull request Pull request is in unknown status");
    await expect(forge.delegateMerge({ ...pull, to: "auto_merge" })).rejects.toThrow(EnvironmentFailure);
  });

  test("taking back what is not there is no failure; an outage is", async () => {
    graphqlError("Can't disable auto-merge for this pull request.");
    await forge.recallMerge({ nodeId: "PR_1", from: "auto_merge" });
    nock(API).post("/graphql").reply(500, {});
    await expect(forge.recallMerge({ nodeId: "PR_1", from: "queue" })).rejects.toThrow(EnvironmentFailure);
  });

  test.each([
    [
      { state: "OPEN", autoMergeRequest: { enabledAt: "2026-01-01T00:00:00Z" } },
      { autoMerge: true, state: "open" },
    ],
    [
      { state: "OPEN", mergeQueueEntry: { id: "MQE_1" } },
      { queued: true, state: "open", mergedSha: null },
    ],
    [
      { state: "MERGED", mergeCommit: { oid: HEAD } },
      { state: "closed", mergedSha: HEAD },
    ],
    [
      { state: "CLOSED", mergeCommit: null },
      { state: "closed", mergedSha: null, autoMerge: false },
    ],
  ])("reads back %j", async (node, expected) => {
    nock(API).post("/graphql").reply(200, { data: { node } });
    expect(await forge.readDelegation("PR_1")).toMatchObject(expected);
  });
});
