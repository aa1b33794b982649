import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { z } from "zod";
import { git } from "../github/git.ts";
import type { Commit, GitFacts, ViewFacts } from "./facts.ts";
import { within } from "./within.ts";

/** How long one request, one clone or one run of the tests may take, in milliseconds. */
const REQUEST_MS = 10_000;
const CLONE_MS = 30_000;
const TESTS_MS = 60_000;

const FIELD = "\u001F";
const RECORD = "\u001E";
const TRAILERS = ["Autopack-Run", "Autopack-Phase", "Autopack-Attempt"];
const LOG_FORMAT = [
  "%H",
  "%P",
  "%s",
  ...TRAILERS.map((key) => `%(trailers:key=${key},valueonly,separator=%x2C)`),
  "",
].join("%x1f");

export interface Place {
  /** Address to clone from. */
  readonly cloneUrl: string;
  readonly base: string;
  /** Where the clone goes; must not exist. */
  readonly folder: string;
}

/** Clones the base branch over HTTP, reads its log, runs the project's tests in it, and tries the finished program. */
export async function readGit({ cloneUrl, base, folder }: Place): Promise<GitFacts> {
  await within(
    { ms: CLONE_MS, what: `cloning ${cloneUrl}` },
    git(dirname(folder), ["clone", "--quiet", "--branch", base, cloneUrl, folder]),
  );
  const [log, tests, tryout] = await Promise.all([
    git(folder, ["log", "--name-only", `--format=%x1e${LOG_FORMAT}`]),
    node(folder, ["--test"]),
    node(folder, [join("bin", "ladle.js"), "pancakes", "--guests", "5"]),
  ]);
  return {
    commits: log.split(RECORD).slice(1).map(toCommit),
    tests,
    tryout: tryout.output.trimEnd(),
  };
}

function toCommit(record: string): Commit {
  const [sha = "", parents = "", subject = "", run = "", phase = "", attempt = "", names = ""] = record.split(FIELD);
  return { sha, parents: parts(parents, " "), subject, run, phase, attempt, files: parts(names, "\n") };
}

function parts(text: string, separator: string): readonly string[] {
  return text.split(separator).filter((part) => part.trim() !== "");
}

/** Runs Node in the clone, with nothing of this process's environment. */
async function node(cwd: string, args: readonly string[]): Promise<GitFacts["tests"]> {
  const options = { cwd, env: { PATH: process.env["PATH"] ?? "" }, timeout: TESTS_MS, maxBuffer: 16 * 1024 ** 2 };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ exitCode, output: exitCode === 0 ? stdout : `${stdout}${stderr}` });
    });
  });
}

export interface Reader {
  /** `…/api/v3/repos/<owner>/<name>` */
  readonly api: string;
  /** Of a person. */
  readonly token: string;
  readonly issue: number;
}

const branches = z.array(z.object({ name: z.string() }).transform(({ name }) => name));

const pulls = z.array(z.object({ number: z.int() }));

const pull = z
  .object({
    number: z.int(),
    html_url: z.string(),
    state: z.string(),
    merged: z.boolean(),
    draft: z.boolean(),
    base: z.object({ ref: z.string() }),
    head: z.object({ ref: z.string(), sha: z.string() }),
    merge_commit_sha: z.string().nullable(),
  })
  .transform(({ html_url: url, merge_commit_sha: mergeSha, base, head, ...rest }) => ({
    ...rest,
    url,
    mergeSha,
    base: base.ref,
    headRef: head.ref,
    headSha: head.sha,
  }));

const checks = z
  .object({
    check_runs: z.array(z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullable() })),
  })
  .transform(({ check_runs: runs }) => runs);

const issues = z
  .object({ state: z.string(), labels: z.array(z.object({ name: z.string() })) })
  .transform(({ state, labels }) => ({ state, labels: labels.map(({ name }) => name) }));

const comments = z.array(z.object({ body: z.string() }).transform(({ body }) => body));

/** Asks GitHub's API, as a person, for what people see. */
export async function readView(reader: Reader): Promise<ViewFacts> {
  const numbers = await ask(reader, "/pulls?state=all", pulls);
  const found = await Promise.all(numbers.map(async ({ number }) => ask(reader, `/pulls/${number}`, pull)));
  const head = found[0]?.headSha;
  return {
    branches: await ask(reader, "/branches?per_page=100", branches),
    pulls: found,
    checks: head === undefined ? [] : await ask(reader, `/commits/${head}/check-runs?per_page=100`, checks),
    issue: await ask(reader, `/issues/${reader.issue}`, issues),
    comments: await ask(reader, `/issues/${reader.issue}/comments?per_page=100`, comments),
  };
}

async function ask<Schema extends z.ZodType>(
  { api, token }: Reader,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const answer = await fetch(`${api}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(REQUEST_MS),
  });
  if (!answer.ok) throw new Error(`asking the stand-in for ${path}: it answered ${answer.status}`);
  return schema.parse(await answer.json());
}
