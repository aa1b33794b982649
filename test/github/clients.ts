import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Octokit } from "@octokit/rest";
import { ProbotOctokit } from "probot";
import { onTestFinished } from "vitest";
import { git } from "./git.ts";
import type { GitHubStandIn } from "./startGitHub.ts";

/** The repository of most tests. */
export const widget = { owner: "acme", repo: "widget" };

/** A client with a token, as people and scripts use. Silent, because refusals are what many tests provoke. */
export function octokitWith(github: GitHubStandIn, token?: string): Octokit {
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  return new Octokit({
    baseUrl: `${github.origin}/api/v3`,
    log: silent,
    ...(token === undefined ? {} : { auth: token }),
  });
}

/** The app as Probot authenticates it: a real JWT, exchanged for a real installation token when one is needed. */
export function probotOctokit(github: GitHubStandIn, options: { readonly installation: boolean }) {
  const { id: appId, privateKey } = github.app;
  const installation = options.installation ? { installationId: github.installation.id } : {};
  return new ProbotOctokit({
    baseUrl: `${github.origin}/api/v3`,
    auth: { appId, privateKey, ...installation },
    throttle: { enabled: false },
    retry: { enabled: false },
  });
}

/** The address of a repository for git, with a token in it. */
export function address(github: GitHubStandIn, token?: string, name = "acme/widget"): string {
  const credentials = token === undefined ? "" : `x-access-token:${token}@`;
  return `${github.origin.replace("://", `://${credentials}`)}/${name}.git`;
}

/** A real clone in a folder that goes when the test ends. */
export async function cloneOf(url: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "clone-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await git(directory, ["clone", "--quiet", url, "."]);
  return directory;
}

/** Commits one file in a clone; returns the SHA. */
export async function commitFile(directory: string, file: string, content: string): Promise<string> {
  const author = { GIT_AUTHOR_NAME: "Tester", GIT_AUTHOR_EMAIL: "tester@example.com" };
  await writeFile(path.join(directory, file), content);
  await git(directory, ["add", "."]);
  await git(directory, ["commit", "--quiet", "-m", `Write ${file}`], { env: author });
  return git(directory, ["rev-parse", "HEAD"]);
}
