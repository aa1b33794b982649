import { randomUUID } from "node:crypto";
import { accountJson, nodeId } from "./accounts.ts";
import { git, gitAnswer } from "./git.ts";
import { notFound } from "./problem.ts";
import { readRef } from "./refs.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export const zeroSha = "0".repeat(40);

const fieldEnd = "\u001F";
const format = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"].join("%x1f");

/** Commits of a range such as `main..topic`, newest first. */
export async function readCommits(directory: string, range: readonly string[]): Promise<readonly Commit[]> {
  const output = await git(directory, ["log", "-z", `--format=${format}`, ...range, "--"]);
  return output
    .split("\0")
    .filter((text) => text !== "")
    .map(parseCommit);
}

function parseCommit(text: string): Commit {
  const [sha = "", tree = "", parents = "", an = "", ae = "", ad = "", cn = "", ce = "", cd = "", ...message] =
    text.split(fieldEnd);
  return {
    sha,
    tree,
    parents: parents === "" ? [] : parents.split(" "),
    author: { name: an, email: ae, date: utc(ad) },
    committer: { name: cn, email: ce, date: utc(cd) },
    message: message.join(fieldEnd).trimEnd(),
  };
}

function utc(date: string): string {
  return new Date(date).toISOString().replace(".000Z", "Z");
}

/** The commit a branch, tag, SHA or full ref stands for. */
export async function resolveCommit(directory: string, ref: string): Promise<string | undefined> {
  if (ref.startsWith("refs/heads/")) return readRef(directory, ref);
  const name = `${ref}^{commit}`;
  const answer = await gitAnswer(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", name]);
  return answer.exitCode === 0 ? answer.stdout.trim().split("\n").at(-1) : undefined;
}

/** @throws Problem 404 */
export async function getCommit(directory: string, ref: string): Promise<Commit> {
  const sha = await resolveCommit(directory, ref);
  if (sha === undefined) throw notFound();
  const [commit] = await readCommits(directory, ["--max-count=1", sha]);
  if (commit === undefined) throw notFound();
  return commit;
}

export async function isAncestor(directory: string, ancestor: string, descendant: string): Promise<boolean> {
  const answer = await gitAnswer(directory, ["merge-base", "--is-ancestor", ancestor, descendant]);
  return answer.exitCode === 0;
}

export async function mergeBase(directory: string, one: string, other: string): Promise<string | undefined> {
  const answer = await gitAnswer(directory, ["merge-base", one, other]);
  return answer.exitCode === 0 ? answer.stdout.trim() : undefined;
}

/** The address GitHub gives a person or bot in commits it makes for them; `loginOfEmail` reads it back. */
export function emailOf(world: World, login: string): string {
  return `${world.accounts.get(login).id}+${login}@users.noreply.github.com`;
}

export function loginOfEmail(email: string): string | undefined {
  return /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
}

/** A commit as `GET /commits` shows it. */
export function commitJson(world: World, repository: Repository, commit: Commit) {
  const { origin } = world;
  const api = `${origin}/api/v3/repos/${fullName(repository)}`;
  const html = `${origin}/${fullName(repository)}/commit`;
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: accountOf(world, commit.author),
    committer: accountOf(world, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${html}/${sha}` })),
  };
}

function accountOf(world: World, { email }: Signature) {
  const account = world.accounts.find(loginOfEmail(email) ?? "");
  return account === undefined ? null : accountJson(account, world.origin);
}

/** File contents by path; null deletes the file. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export interface FileEntry {
  readonly path: string;
  readonly mode: "100644" | "100755" | "120000";
  readonly content: Uint8Array | null;
}

export function fileEntries(files: Files): readonly FileEntry[] {
  return Object.entries(files).map(([path, content]) => ({
    path,
    mode: "100644",
    content: typeof content === "string" ? Buffer.from(content) : content,
  }));
}

export interface NewCommit {
  readonly parent: string | undefined;
  readonly message: string;
  readonly author: Pick<Signature, "name" | "email">;
  readonly committer?: Pick<Signature, "name" | "email">;
  readonly at: Date;
  readonly files: readonly FileEntry[];
}

/** Writes one commit on top of another with a single `fast-import`, and leaves no ref behind. Returns its SHA. */
export async function writeCommit(directory: string, commit: NewCommit): Promise<string> {
  const ref = `refs/writing/${randomUUID()}`;
  const seconds = Math.floor(commit.at.getTime() / 1000);
  const signed = (who: Pick<Signature, "name" | "email">) => `${who.name} <${who.email}> ${seconds} +0000\n`;
  const message = Buffer.from(commit.message);
  const chunks: Uint8Array[] = [
    Buffer.from(
      `commit ${ref}\nmark :1\nauthor ${signed(commit.author)}committer ${signed(commit.committer ?? commit.author)}`,
    ),
    Buffer.from(`data ${message.length}\n`),
    message,
    Buffer.from(commit.parent === undefined ? "\n" : `\nfrom ${commit.parent}\n`),
  ];
  for (const { path, mode, content } of commit.files) {
    const quoted = `"${path.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`)}"`;
    if (content === null) chunks.push(Buffer.from(`D ${quoted}\n`));
    else chunks.push(Buffer.from(`M ${mode} inline ${quoted}\ndata ${content.length}\n`), content, Buffer.from("\n"));
  }
  chunks.push(Buffer.from(`\nget-mark :1\nreset ${ref}\nfrom ${zeroSha}\n\ndone\n`));
  return git(directory, ["fast-import", "--quiet", "--done", "--force"], { input: Buffer.concat(chunks) });
}
