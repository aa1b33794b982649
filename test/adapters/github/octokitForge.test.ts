import nock from "nock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Sha } from "../../../src/domain/ids.ts";
import type { CheckRun } from "../../../src/domain/checkRun.ts";
import type { Forge } from "../../../src/ports/forge.ts";
import { API, closeGithub, openWidget } from "./github.ts";

const REPO = "/repos/acme/widget";
const SHA = "a".repeat(40) as Sha;
let forge: Forge;

beforeEach(async () => {
  forge = await openWidget();
});

afterEach(closeGithub);

function asTheApp(): void {
  nock(API).get("/app").reply(200, { slug: "autopack" });
}

describe("roles", () => {
  test.each([
    [{ permission: "write", role_name: "maintain" }, "maintain"],
    [{ permission: "read", role_name: "triage" }, "triage"],
    [{ permission: "write", role_name: "release-captain" }, "write"],
    [{ permission: "admin" }, "admin"],
  ])("%j", async (answer, expected) => {
    nock(API).get(`${REPO}/collaborators/alice/permission`).reply(200, answer);
    expect(await forge.roleOf("alice")).toBe(expected);
  });

  test("a stranger has none", async () => {
    nock(API).get(`${REPO}/collaborators/nobody/permission`).reply(404, { message: "nobody is not a user" });
    expect(await forge.roleOf("nobody")).toBe("none");
  });
});

describe("comments", () => {
  test("creating and editing", async () => {
    nock(API).post(`${REPO}/issues/7/comments`, { body: "hello" }).reply(201, { id: 70 });
    nock(API).patch(`${REPO}/issues/comments/70`, { body: "bye" }).reply(200, { id: 70 });
    nock(API).patch(`${REPO}/issues/comments/71`).reply(404, { message: "Not Found" });
    expect(await forge.createComment(7, "hello")).toBe(70);
    expect(await forge.updateComment(70, "bye")).toBe("written");
    expect(await forge.updateComment(71, "bye")).toBe("gone");
  });

  test("the marker is looked for on every page, in the app's own comments only", async () => {
    asTheApp();
    const marker = "<!-- autopack:run:7-k3f9x2ab -->";
    const others = Array.from({ length: 100 }, (_, id) => ({
      id,
      body: `${marker} copied`,
      user: { login: "mallory" },
    }));
    const own = [
      { id: 200, body: `> ${marker}`, user: { login: "autopack[bot]" } },
      { id: 201, body: `${marker}\nstate`, user: { login: "autopack[bot]" } },
    ];
    nock(API).get(`${REPO}/issues/7/comments?per_page=100&page=1`).reply(200, others);
    nock(API).get(`${REPO}/issues/7/comments?per_page=100&page=2`).reply(200, own);
    expect(await forge.findComment(7, marker)).toBe(201);
  });

  test("reacting to a comment that is gone is fine", async () => {
    nock(API).post(`${REPO}/issues/comments/70/reactions`, { content: "eyes" }).reply(200, { id: 1 });
    nock(API).post(`${REPO}/issues/comments/71/reactions`).reply(404, { message: "Not Found" });
    await forge.react(70, "eyes");
    await forge.react(71, "eyes");
  });
});

describe("an issue as it is now", () => {
  test("has its labels by name, and an empty text where there is none", async () => {
    nock(API)
      .get(`${REPO}/issues/7`)
      .reply(200, { title: "Greet", body: null, state: "closed", labels: ["bug", { name: "autopack:hold" }, {}] });
    const issue = { title: "Greet", body: "", state: "closed", labels: ["bug", "autopack:hold"] };
    expect(await forge.findIssue(7)).toEqual(issue);
  });

  test.each([404, 410])("is none when GitHub answers %d", async (status) => {
    nock(API).get(`${REPO}/issues/7`).reply(status, { message: "This issue was deleted" });
    expect(await forge.findIssue(7)).toBeNull();
  });
});

describe("labels", () => {
  const running = { name: "autopack:running", color: "fbca04", description: "Autopack is working on this" };

  test("one that is there costs one call", async () => {
    nock(API)
      .post(`${REPO}/issues/7/labels`, { labels: [running.name] })
      .reply(200, [running]);
    await forge.addLabels(7, [running]);
  });

  test("one that GitHub had to make is given its looks", async () => {
    const grey = { name: "Autopack:Running", color: "ededed", description: null };
    nock(API)
      .post(`${REPO}/issues/7/labels`)
      .reply(200, [{ ...grey, name: "bug" }, grey]);
    nock(API)
      .patch(`${REPO}/labels/autopack%3Arunning`, { color: running.color, description: running.description })
      .reply(200, running);
    await forge.addLabels(7, [running]);
  });

  test("taking off one that is not there is fine", async () => {
    nock(API).delete(`${REPO}/issues/7/labels/autopack`).reply(404, { message: "Label does not exist" });
    await forge.removeLabel(7, "autopack");
  });
});

describe("pull requests", () => {
  const pull = { head: "autonomous/7-k3f9x2ab", base: "main", title: "Greet", body: "x", draft: true };
  const json = {
    number: 8,
    node_id: "PR_8",
    title: "Greet",
    draft: true,
    state: "open",
    merged_at: null,
    merge_commit_sha: "b".repeat(40),
    body: null,
    head: { sha: SHA },
  };
  const view = {
    number: 8,
    nodeId: "PR_8",
    title: "Greet",
    draft: true,
    state: "open",
    mergedSha: null,
    body: "",
    head: SHA,
  };

  test("opening", async () => {
    nock(API).post(`${REPO}/pulls`, pull).reply(201, json);
    expect(await forge.createPull(pull)).toEqual(view);
  });

  test.each([
    "A pull request already exists for acme:autonomous/7-k3f9x2ab.",
    "No commits between main and autonomous/7",
  ])("%s", async (message) => {
    nock(API)
      .post(`${REPO}/pulls`)
      .reply(422, { message: "Validation Failed", errors: [{ resource: "PullRequest", code: "custom", message }] });
    expect(await forge.createPull(pull)).toBeNull();
  });

  test("where there are no drafts it is opened without", async () => {
    const message = "Draft pull requests are not supported in this repository.";
    nock(API).post(`${REPO}/pulls`, pull).reply(422, { message });
    nock(API)
      .post(`${REPO}/pulls`, { ...pull, draft: false })
      .reply(201, { ...json, draft: false });
    expect(await forge.createPull(pull)).toEqual({ ...view, draft: false });
  });

  test("another 422 is a refusal for good", async () => {
    nock(API)
      .post(`${REPO}/pulls`)
      .reply(422, { message: "Validation Failed", errors: [{ field: "base", code: "invalid" }] });
    await expect(forge.createPull(pull)).rejects.toMatchObject({
      retry: "never",
      message:
        "opening the pull request of autonomous/7-k3f9x2ab in acme/widget: GitHub refuses (422 Validation Failed: invalid)",
    });
  });

  test("finding the newest of a head", async () => {
    const query = {
      head: "acme:autonomous/7-k3f9x2ab",
      state: "all",
      sort: "created",
      direction: "desc",
      per_page: "1",
    };
    nock(API)
      .get(`${REPO}/pulls`)
      .query(query)
      .reply(200, [{ ...json, state: "closed", merged_at: "2026-01-01T00:00:00Z" }]);
    expect(await forge.findPull(pull.head)).toEqual({ ...view, state: "closed", mergedSha: "b".repeat(40) });
  });

  test("body and readiness are one GraphQL call", async () => {
    const asked: unknown[] = [];
    nock(API)
      .post("/graphql", (body) => asked.push(body) > 0)
      .twice()
      .reply(200, { data: {} });
    await forge.updatePull({ nodeId: "PR_8", title: "Greet", body: "x", ready: true });
    await forge.updatePull({ nodeId: "PR_8", title: "Greet", body: "x", ready: false });
    expect(asked).toEqual([
      {
        query: expect.stringMatching(/update: updatePullRequest.* ready: markPullRequestReadyForReview/),
        variables: { id: "PR_8", title: "Greet", body: "x" },
      },
      { query: expect.not.stringContaining("ready"), variables: { id: "PR_8", title: "Greet", body: "x" } },
    ]);
  });

  test("GraphQL's errors are failures, whatever the status says", async () => {
    nock(API)
      .post("/graphql")
      .reply(200, { data: null, errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }] });
    await expect(forge.updatePull({ nodeId: "PR_8", title: "Greet", body: "x", ready: true })).rejects.toMatchObject({
      retry: "never",
      message: expect.stringContaining("The app needs a permission it lacks"),
    });
  });
});

describe("merging", () => {
  const merge = { number: 8, sha: SHA, method: "squash", title: "Greet (#8)" } as const;

  test("only the head that was judged", async () => {
    const body = { sha: SHA, merge_method: "squash", commit_title: "Greet (#8)" };
    nock(API)
      .put(`${REPO}/pulls/8/merge`, body)
      .reply(200, { sha: "c".repeat(40), merged: true });
    expect(await forge.mergePull(merge)).toEqual({ kind: "merged", sha: "c".repeat(40) });
  });

  test.each([
    [409, "Head branch was modified. Review and try the merge again.", { kind: "head_moved" }],
    [
      405,
      'Required status check "ci" is expected.',
      { kind: "refused", message: 'Required status check "ci" is expected.' },
    ],
    [422, "Merge commits are not allowed.", { kind: "refused", message: "Merge commits are not allowed." }],
  ])("%i %s", async (status, message, expected) => {
    nock(API).put(`${REPO}/pulls/8/merge`).reply(status, { message });
    expect(await forge.mergePull(merge)).toEqual(expected);
  });

  test("a push to the base at this moment is no refusal", async () => {
    nock(API)
      .put(`${REPO}/pulls/8/merge`)
      .reply(405, { message: "Base branch was modified. Review and try the merge again." });
    await expect(forge.mergePull(merge)).rejects.toMatchObject({ retry: "later" });
  });
});

describe("check runs", () => {
  const annotation = { path: "a.ts", startLine: 1, endLine: 2, level: "warning", title: "t", message: "m" } as const;
  const check: CheckRun = {
    name: "autopack/audit",
    sha: SHA,
    externalId: `7-k3f9x2ab/audit/${SHA}`,
    status: "completed",
    conclusion: "success",
    title: "Passed",
    summary: "s",
    text: "t",
    annotations: [],
    actions: [],
  };
  const content = {
    name: check.name,
    external_id: check.externalId,
    actions: [],
    status: "completed",
    conclusion: "success",
    output: { title: "Passed", summary: "s", text: "t", annotations: [] },
  };

  test("creating", async () => {
    nock(API)
      .post(`${REPO}/check-runs`, { head_sha: SHA, ...content })
      .reply(201, { id: 90 });
    expect(await forge.createCheck(check)).toBe(90);
  });

  test("one in progress has no conclusion", async () => {
    const asked: Record<string, unknown>[] = [];
    nock(API)
      .post(`${REPO}/check-runs`, (body) => asked.push(body) > 0)
      .reply(201, { id: 90 });
    await forge.createCheck({ ...check, status: "in_progress", conclusion: null });
    expect(asked[0]).toMatchObject({ status: "in_progress" });
    expect(asked[0]).not.toHaveProperty("conclusion");
  });

  test("its buttons are sent with every write, so that old ones go", async () => {
    const asked: Record<string, unknown>[] = [];
    nock(API)
      .patch(`${REPO}/check-runs/90`, (body) => asked.push(body) > 0)
      .twice()
      .reply(200, { id: 90 });
    const retry = { label: "Retry", identifier: "retry", description: "New attempts for what failed" };
    await forge.updateCheck(90, { ...check, actions: [retry] });
    await forge.updateCheck(90, check);
    expect(asked.map(({ actions }) => actions)).toEqual([[retry], []]);
  });

  test("GitHub takes fifty annotations at a time", async () => {
    const sent: number[] = [];
    const count = (body: { output: { annotations: unknown[] } }): boolean =>
      sent.push(body.output.annotations.length) > 0;
    nock(API)
      .post(`${REPO}/check-runs`, count)
      .reply(201, { id: 90, output: { annotations_count: 50 } });
    nock(API).patch(`${REPO}/check-runs/90`, count).twice().reply(200, { id: 90 });
    await forge.createCheck({ ...check, annotations: Array.from({ length: 120 }, () => annotation) });
    expect(sent).toEqual([50, 50, 20]);
  });

  test("an update adds only the annotations that are missing", async () => {
    const sent: number[] = [];
    const count = (body: { output: { annotations: unknown[] } }): boolean =>
      sent.push(body.output.annotations.length) > 0;
    nock(API)
      .patch(`${REPO}/check-runs/90`, count)
      .reply(200, { id: 90, output: { annotations_count: 50 } });
    nock(API)
      .patch(`${REPO}/check-runs/90`, count)
      .reply(200, { id: 90, output: { annotations_count: 60 } });
    expect(await forge.updateCheck(90, { ...check, annotations: Array.from({ length: 60 }, () => annotation) })).toBe(
      "written",
    );
    expect(sent).toEqual([0, 10]);
  });

  test("one that is gone", async () => {
    nock(API).patch(`${REPO}/check-runs/90`).reply(404, { message: "Not Found" });
    expect(await forge.updateCheck(90, check)).toBe("gone");
  });

  test("is found again by its id, if it is the app's own", async () => {
    asTheApp();
    const runs = [
      { id: 1, external_id: "other", app: { slug: "autopack" } },
      { id: 2, external_id: check.externalId, app: { slug: "other" } },
      { id: 3, external_id: check.externalId, app: { slug: "autopack" } },
    ];
    nock(API)
      .get(`${REPO}/commits/${SHA}/check-runs`)
      .query({ check_name: check.name, filter: "all", per_page: "100" })
      .reply(200, { total_count: 3, check_runs: runs });
    expect(await forge.findCheck(check)).toBe(3);
  });
});

function files(count: number): readonly object[] {
  return Array.from({ length: count }, (_, number) => ({ filename: `src/${number}.ts` }));
}

describe("what pull requests change", () => {
  test("renamed files count under both names; the first 300 are read", async () => {
    nock(API)
      .get(`${REPO}/pulls/8/files?per_page=100&page=1`)
      .reply(200, [{ filename: "b.yml", previous_filename: "a.yml" }]);
    expect(await forge.pullPaths(8)).toEqual(["b.yml", "a.yml"]);
    for (const page of [1, 2, 3])
      nock(API)
        .get(`${REPO}/pulls/9/files?per_page=100&page=${page}`)
        .reply(200, [...files(100)]);
    expect(await forge.pullPaths(9)).toHaveLength(300);
  });

  test("files, and what is none", async () => {
    const at = { sha: SHA, path: ".github/autopack.yml" };
    const url = `${REPO}/contents/.github%2Fautopack.yml?ref=${SHA}`;
    const text = Buffer.from("version: 1 # ä\n").toString("base64");
    nock(API)
      .get(url)
      .reply(200, { type: "file", encoding: "base64", content: `${text.slice(0, 5)}\n${text.slice(5)}` });
    expect(await forge.readText(at)).toBe("version: 1 # ä\n");
    for (const answer of [[], { type: "file", encoding: "none", content: "" }, { type: "submodule" }]) {
      nock(API).get(url).reply(200, answer);
      expect(await forge.readText(at)).toBeNull();
    }
    nock(API).get(url).reply(404, { message: "Not Found" });
    expect(await forge.readText(at)).toBeNull();
  });
});
