import { describe, expect, test } from "vitest";
import { z } from "zod";
import { octokitWith, probotOctokit, widget } from "./clients.ts";
import { startGitHub } from "./startGitHub.ts";

const users = { alice: "write", tom: "triage", rita: "read", max: "maintain", ada: "admin" } as const;

const answered = z.object({ status: z.number(), message: z.string() });

/** The status of a refusal; anything that is no refusal fails the test. */
async function refusal(request: Promise<unknown>): Promise<{ readonly status: number; readonly message: string }> {
  try {
    await request;
  } catch (error) {
    return answered.parse(error);
  }
  throw new Error("The request was not refused");
}

describe("tokens", () => {
  test("the app authenticates with its JWT, and as its bot with an installation token", async () => {
    await using github = await startGitHub({ users });
    const app = probotOctokit(github, { installation: false });
    const bot = probotOctokit(github, { installation: true });

    expect((await app.rest.apps.getAuthenticated()).data).toMatchObject({ id: github.app.id, slug: "autopack" });
    expect((await app.rest.apps.getRepoInstallation(widget)).data).toMatchObject({ id: github.installation.id });
    const repositories = await bot.rest.apps.listReposAccessibleToInstallation();
    expect(repositories.data.repositories.map(({ full_name }) => full_name)).toEqual(["acme/widget"]);
    const issue = await bot.rest.issues.create({ ...widget, title: "By the bot" });
    expect(issue.data.user).toMatchObject({ login: "autopack[bot]", type: "Bot" });
    expect(issue.data.performed_via_github_app).toMatchObject({ slug: "autopack" });
  });

  test("a wrong, revoked or forged credential is refused even on a public repository", async () => {
    await using github = await startGitHub({ users });
    const token = github.installation.token();
    await octokitWith(github, token).rest.repos.get(widget);
    github.installation.revokeTokens();

    for (const bad of ["ghp_unknown", token, `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.e30`]) {
      expect(await refusal(octokitWith(github, bad).rest.repos.get(widget))).toMatchObject({ status: 401 });
    }
    expect((await octokitWith(github).rest.repos.get(widget)).status).toBe(200);
  });

  test("a token may be narrowed to permissions, and does no more than that", async () => {
    await using github = await startGitHub({ users });
    const app = probotOctokit(github, { installation: false });
    const { data } = await app.rest.apps.createInstallationAccessToken({
      installation_id: github.installation.id,
      permissions: { issues: "write" },
    });
    const narrow = octokitWith(github, data.token);
    await narrow.rest.issues.create({ ...widget, title: "Allowed" });
    const refused = refusal(narrow.rest.git.createRef({ ...widget, ref: "refs/heads/x", sha: "0".repeat(40) }));
    expect(await refused).toMatchObject({
      status: 403,
      message: expect.stringContaining("not accessible by integration"),
    });
  });

  test("a suspended installation is refused, and comes back", async () => {
    await using github = await startGitHub({ users });
    const bot = octokitWith(github, github.installation.token());
    github.installation.suspend("ada");
    expect(await refusal(bot.rest.repos.get(widget))).toMatchObject({ status: 403 });
    github.installation.unsuspend("ada");
    expect((await bot.rest.repos.get(widget)).status).toBe(200);
  });
});

describe("permission", () => {
  test("the collaborator endpoint gives both the old word and the role", async () => {
    await using github = await startGitHub({ users });
    const bot = octokitWith(github, github.installation.token());
    const asked = await Promise.all(
      ["ada", "max", "alice", "tom", "rita"].map(async (username) => {
        const { data } = await bot.rest.repos.getCollaboratorPermissionLevel({ ...widget, username });
        return `${username}: ${data.permission} ${data.role_name}`;
      }),
    );
    expect(asked).toEqual([
      "ada: admin admin",
      "max: write maintain",
      "alice: write write",
      "tom: read triage",
      "rita: read read",
    ]);
  });

  test("a private repository does not exist for strangers", async () => {
    await using github = await startGitHub({
      users: { alice: { secret: "write" }, rita: { other: "read" } },
      repositories: [{ name: "secret", private: true, files: { "a.txt": "a" } }],
    });
    const secret = { owner: "acme", repo: "secret" };
    expect((await octokitWith(github, github.asUser("alice")).rest.repos.get(secret)).data.private).toBe(true);
    expect(await refusal(octokitWith(github, github.asUser("rita")).rest.repos.get(secret))).toMatchObject({
      status: 404,
    });
    expect(await refusal(octokitWith(github).rest.repos.get(secret))).toMatchObject({ status: 404 });
  });

  test("readers comment but neither label nor push nor close what is not theirs", async () => {
    await using github = await startGitHub({ users });
    const rita = octokitWith(github, github.asUser("rita"));
    const { number: issue_number } = await github.createIssue({ as: "alice", title: "Work" });
    await rita.rest.issues.createComment({ ...widget, issue_number, body: "hello" });
    const own = await rita.rest.issues.create({ ...widget, title: "Mine", labels: ["autopack"] });
    expect(own.data.labels).toEqual([]);
    expect(await refusal(rita.rest.issues.addLabels({ ...widget, issue_number, labels: ["autopack"] }))).toMatchObject({
      status: 403,
    });
    expect(await refusal(rita.rest.issues.update({ ...widget, issue_number, state: "closed" }))).toMatchObject({
      status: 403,
    });
    await octokitWith(github, github.asUser("tom")).rest.issues.addLabels({
      ...widget,
      issue_number,
      labels: ["autopack"],
    });
    expect(await github.labels(issue_number)).toEqual(["autopack"]);
  });
});

describe("reads", () => {
  test("lists are paged with Link headers that Octokit follows", async () => {
    await using github = await startGitHub({ users });
    const octokit = octokitWith(github, github.asUser("alice"));
    const { number: issue_number } = await github.createIssue({ as: "alice", title: "Talkative" });
    for (let n = 0; n < 7; n += 1) await github.comment(issue_number, `comment ${n}`, { as: "alice" });
    const comments = await octokit.paginate(octokit.rest.issues.listComments, { ...widget, issue_number, per_page: 3 });
    expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 7 }, (_, n) => `comment ${n}`));
  });

  test("an unchanged answer is 304 and costs nothing", async () => {
    await using github = await startGitHub({ users });
    const octokit = octokitWith(github, github.asUser("alice"));
    const first = await octokit.rest.repos.get(widget);
    const headers = { "if-none-match": first.headers.etag ?? "" };
    expect(await refusal(octokit.rest.repos.get({ ...widget, headers }))).toMatchObject({ status: 304 });
    expect(github.calls().map(({ conditional }) => conditional)).toEqual([false, true]);
    const { data } = await octokit.rest.rateLimit.get();
    expect(data.rate.used).toBe(1);
  });

  test("an exhausted rate limit refuses, and says until when", async () => {
    await using github = await startGitHub({ users });
    const octokit = octokitWith(github, github.asUser("alice"));
    github.rateLimit.exhaust(60);
    const error = await octokit.rest.repos.get(widget).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 403, response: { headers: { "x-ratelimit-remaining": "0" } } });
    github.rateLimit.restore();
    expect((await octokit.rest.repos.get(widget)).status).toBe(200);
  });

  test("addresses in answers lead back to the stand-in, and pages show what they name", async () => {
    await using github = await startGitHub({ users });
    const issue = await github.createIssue({ as: "alice", title: "Show <me>", body: "the body" });
    const text = JSON.stringify(issue);
    expect(text.match(/http:\/\/[^/"]+/g)?.every((address) => address === github.origin)).toBe(true);
    const page = await fetch(String(issue["html_url"]));
    expect(await page.text()).toContain("Show &lt;me&gt;");
    expect((await fetch(String(issue["url"]))).status).toBe(200);
  });

  test("what the stand-in does not know it refuses loudly", async () => {
    await using github = await startGitHub({ users });
    const response = await fetch(`${github.origin}/api/v3/repos/acme/widget/actions/runs`);
    expect(response.status).toBe(501);
  });
});

describe("issues", () => {
  test("comments of a repository are listed newest first, and a pull request's history says who made it a draft", async () => {
    await using github = await startGitHub({ users });
    const bot = probotOctokit(github, { installation: true });
    const issue = await github.createIssue({ as: "alice", title: "Greet" });
    const other = await github.createIssue({ as: "alice", title: "Greet all" });
    const first = await github.comment(issue.number, "one", { as: "rita" });
    const second = await github.comment(other.number, "two", { as: "tom" });
    const newest = { ...widget, sort: "created", direction: "desc" } as const;
    const { data } = await bot.rest.issues.listCommentsForRepo({ ...newest, per_page: 1 });
    expect(data.map(({ id }) => id)).toEqual([second.id]);
    const rest = await bot.rest.issues.listCommentsForRepo({ ...newest, per_page: 1, page: 2 });
    expect(rest.data.map(({ id, issue_url }) => [id, issue_url.split("/").at(-1)])).toEqual([[first.id, "1"]]);

    await github.pushCommit({ as: "alice", branch: "work", files: { "new.txt": "x" }, message: "Work" });
    const pull = await github.openPull({ as: "alice", title: "Work", head: "work" });
    await github.setDraft(pull.number, true, { as: "max" });
    const history = await bot.rest.issues.listEvents({ ...widget, issue_number: pull.number });
    expect(history.data.at(-1)).toMatchObject({ event: "convert_to_draft", actor: { login: "max" } });
  });

  test("reactions: the same one again is the first", async () => {
    await using github = await startGitHub({ users });
    const bot = octokitWith(github, github.installation.token());
    const { number } = await github.createIssue({ as: "alice", title: "React" });
    const { id: comment_id } = await github.comment(number, "/autopack run", { as: "alice" });
    const first = await bot.rest.reactions.createForIssueComment({ ...widget, comment_id, content: "eyes" });
    const again = await bot.rest.reactions.createForIssueComment({ ...widget, comment_id, content: "eyes" });
    expect([first.status, again.status, again.data.id]).toEqual([201, 200, first.data.id]);
    expect(github.reactions(comment_id)).toEqual([{ login: "autopack[bot]", content: "eyes" }]);
    const shown = await bot.rest.issues.getComment({ ...widget, comment_id });
    expect(shown.data.reactions).toMatchObject({ eyes: 1, total_count: 1 });
    await bot.rest.reactions.deleteForIssueComment({ ...widget, comment_id, reaction_id: first.data.id });
    expect(github.reactions(comment_id)).toEqual([]);
    const missing = bot.rest.reactions.createForIssueComment({ ...widget, comment_id: 999, content: "eyes" });
    expect(await refusal(missing)).toMatchObject({ status: 404 });
  });

  test("labels are made when first used, and can be described first", async () => {
    await using github = await startGitHub({ users });
    const bot = octokitWith(github, github.installation.token());
    await bot.rest.issues.createLabel({ ...widget, name: "autopack:running", color: "1d76db", description: "At work" });
    const { number: issue_number } = await github.createIssue({ as: "alice", title: "Label" });
    await bot.rest.issues.addLabels({ ...widget, issue_number, labels: ["autopack:running", "new"] });
    const { data } = await bot.rest.issues.listLabelsForRepo(widget);
    expect(data.map(({ name, description }) => [name, description])).toEqual([
      ["autopack:running", "At work"],
      ["new", null],
    ]);
    await bot.rest.issues.removeLabel({ ...widget, issue_number, name: "autopack:running" });
    expect(await github.labels(issue_number)).toEqual(["new"]);
    const gone = bot.rest.issues.removeLabel({ ...widget, issue_number, name: "autopack:running" });
    expect(await refusal(gone)).toMatchObject({ status: 404 });
  });

  test("a body beyond GitHub's limit is refused", async () => {
    await using github = await startGitHub({ users });
    const bot = octokitWith(github, github.installation.token());
    const { number: issue_number } = await github.createIssue({ as: "alice", title: "Long" });
    const body = "x".repeat(65_537);
    expect(await refusal(bot.rest.issues.createComment({ ...widget, issue_number, body }))).toMatchObject({
      status: 422,
    });
  });
});
