import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { address, cloneOf, commitFile, octokitWith, widget } from "./clients.ts";
import { git, gitAnswer } from "./git.ts";
import { openReceiver } from "./receiver.ts";
import { startGitHub } from "./startGitHub.ts";

const users = { alice: "write", rita: "read", ada: "admin" } as const;

describe("git over HTTP", () => {
  test("clone, commit, push: the API sees what git sees", async () => {
    await using receiver = await openReceiver();
    await using github = await startGitHub({ users, webhookUrl: receiver.url });
    const token = github.installation.token();
    const clone = await cloneOf(address(github, token));
    expect(await readFile(path.join(clone, "README.md"), "utf8")).toBe("# widget\n");
    const before = await git(clone, ["rev-parse", "HEAD"]);
    const sha = await commitFile(clone, "hello.txt", "hello\n");
    await git(clone, ["push", "--quiet", "origin", "HEAD:refs/heads/autonomous/r1"]);

    const octokit = octokitWith(github, token);
    const ref = await octokit.rest.git.getRef({ ...widget, ref: "heads/autonomous/r1" });
    expect(ref.data.object.sha).toBe(sha);
    const compared = await octokit.rest.repos.compareCommitsWithBasehead({
      ...widget,
      basehead: "main...autonomous/r1",
    });
    expect(compared.data.files?.map(({ filename, status }) => [filename, status])).toEqual([["hello.txt", "added"]]);
    await github.settled();
    const push = receiver.received.find(({ name }) => name === "push");
    expect(push?.payload).toMatchObject({
      ref: "refs/heads/autonomous/r1",
      before: "0".repeat(40),
      after: sha,
      created: true,
      deleted: false,
      forced: false,
      pusher: { name: "autopack[bot]" },
      sender: { login: "autopack[bot]", type: "Bot" },
      installation: { id: github.installation.id },
      repository: { full_name: "acme/widget", clone_url: address(github) },
      commits: [{ id: sha, added: ["hello.txt"], message: "Write hello.txt" }],
    });
    expect(before).not.toBe(sha);
  });

  test("what the API writes, git fetches", async () => {
    await using github = await startGitHub({ users });
    const octokit = octokitWith(github, github.installation.token());
    const clone = await cloneOf(address(github, github.asUser("rita")));
    const content = Buffer.from("by api\n").toString("base64");
    const written = await octokit.rest.repos.createOrUpdateFileContents({
      ...widget,
      path: "docs/a b.md",
      message: "Add",
      content,
    });
    await git(clone, ["pull", "--quiet"]);
    expect(await git(clone, ["rev-parse", "HEAD"])).toBe(written.data.commit.sha);
    expect(await readFile(path.join(clone, "docs", "a b.md"), "utf8")).toBe("by api\n");
    const sha = written.data.commit.sha ?? "";
    await octokit.rest.git.createRef({ ...widget, ref: "refs/heads/topic/x", sha });
    await git(clone, ["fetch", "--quiet"]);
    expect(await git(clone, ["rev-parse", "origin/topic/x"])).toBe(sha);
    const read = await octokit.rest.repos.getContent({ ...widget, path: "docs/a b.md" });
    expect(read.data).toMatchObject({ type: "file", encoding: "base64", content });
    const raw = await octokit.rest.repos.getContent({ ...widget, path: "docs/a b.md", mediaType: { format: "raw" } });
    expect(raw.data).toBe("by api\n");
  });

  test("trees and commits made by the Git Data API are git's own", async () => {
    await using github = await startGitHub({ users });
    const octokit = octokitWith(github, github.installation.token());
    const head = await github.branch("main");
    const base = await octokit.rest.git.getCommit({ ...widget, commit_sha: head ?? "" });
    const tree = await octokit.rest.git.createTree({
      ...widget,
      base_tree: base.data.tree.sha,
      tree: [
        { path: "x/y.txt", mode: "100644", type: "blob", content: "y" },
        { path: "README.md", mode: "100644", type: "blob", sha: null },
      ],
    });
    const made = await octokit.rest.git.createCommit({
      ...widget,
      message: "By parts",
      tree: tree.data.sha,
      parents: [base.data.sha],
    });
    await octokit.rest.git.updateRef({ ...widget, ref: "heads/main", sha: made.data.sha });
    expect((await github.log("main"))[0]).toMatchObject({ subject: "By parts", files: ["README.md", "x/y.txt"] });
    expect(await github.file("main", "README.md")).toBeUndefined();
  });

  test("credentials and permission decide", async () => {
    await using github = await startGitHub({
      users,
      repositories: [
        { name: "widget", files: { "README.md": "# widget\n" } },
        { name: "secret", private: true, installed: false, files: { a: "a" } },
      ],
    });
    const clone = await cloneOf(address(github));
    await commitFile(clone, "a.txt", "a");
    const push = (url: string) => gitAnswer(clone, ["push", url, "HEAD:refs/heads/x"]);
    expect((await push(address(github))).stderr).toContain("could not read Username");
    expect((await push(address(github, "ghs_wrong"))).stderr).toContain("Authentication failed");
    expect((await push(address(github, github.asUser("rita")))).stderr).toContain("403");
    expect((await push(address(github, github.asUser("alice")))).exitCode).toBe(0);
    const secret = (token?: string) => gitAnswer(clone, ["ls-remote", address(github, token, "acme/secret")]);
    expect((await secret()).stderr).toContain("could not read Username");
    expect((await secret(github.installation.token())).stderr).toContain("not found");
    expect((await secret(github.asUser("ada"))).exitCode).toBe(0);
  });

  test("a large push arrives whole, and a fetch with much to compare is answered", async () => {
    await using github = await startGitHub({ users });
    const url = address(github, github.installation.token());
    const [clone, other] = [await cloneOf(url), await cloneOf(url)];
    // More than git's http.postBuffer, so that the pack is sent chunked; random, so that it does not compress.
    await writeFile(path.join(clone, "large.bin"), randomBytes(3 * 1024 * 1024));
    const sha = await commitFile(clone, "a.txt", "a");
    await git(clone, ["push", "--quiet", "origin", "HEAD:refs/heads/large"]);
    for (let n = 0; n < 40; n += 1) await commitFile(other, "b.txt", String(n));
    await git(other, ["fetch", "--quiet", "origin"]);
    expect(await git(other, ["rev-parse", "origin/large"])).toBe(sha);
  });

  test("a compare-and-swap push loses to whoever was first", async () => {
    await using github = await startGitHub({ users });
    const token = github.installation.token();
    const clone = await cloneOf(address(github, token));
    const first = await commitFile(clone, "a.txt", "a");
    await git(clone, ["push", "--quiet", "origin", "HEAD:refs/heads/topic"]);
    const theirs = await github.pushCommit({
      as: "alice",
      branch: "topic",
      files: { "b.txt": "b" },
      message: "Theirs",
    });
    await commitFile(clone, "c.txt", "c");
    const lease = `--force-with-lease=refs/heads/topic:${first}`;
    const answer = await gitAnswer(clone, ["push", lease, "origin", "HEAD:refs/heads/topic"]);
    expect(answer.stderr).toContain("stale info");
    expect(await github.branch("topic")).toBe(theirs);
  });

  test("protected branches refuse pushes, but not those of administrators", async () => {
    await using github = await startGitHub({ users });
    await github.protect("main", { required_pull_request_reviews: {} });
    const files = { "a.txt": "a" };
    const push = github.pushCommit({ as: "alice", branch: "main", files, message: "Direct" });
    await expect(push).rejects.toThrow("Changes must be made through a pull request");
    await github.pushCommit({ as: "ada", branch: "main", files, message: "Direct" });
    await github.protect("main", null);
    await github.pushCommit({ as: "alice", branch: "main", files: { "a.txt": null }, message: "Undo" });
    expect((await github.log("main")).map(({ subject }) => subject)).toEqual(["Undo", "Direct", "Initial commit"]);
  });

  test("a seeded folder keeps modes and links", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "seed-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(path.join(folder, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    await writeFile(path.join(folder, "plain"), "plain\n");
    await using github = await startGitHub({ repositories: [{ name: "widget", folder }] });
    const clone = await cloneOf(address(github));
    expect(await git(clone, ["ls-files", "--format=%(objectmode) %(path)"])).toBe("100644 plain\n100755 run.sh");
  });
});
