import { z } from "zod";
import type { NamedActor, Requirement } from "./actor.ts";
import { enter, readBody } from "./api.ts";
import type { Api, ApiContext } from "./api.ts";
import { commitJson, emailOf, getCommit, resolveCommit, writeCommit } from "./commits.ts";
import { git, gitAnswer, gitBytes } from "./git.ts";
import { Problem, invalid, notFound } from "./problem.ts";
import { refsChanged } from "./refChanges.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const read: Requirement = { app: ["contents"], level: "read", role: "read" };
const write: Requirement = { app: ["contents"], level: "write", role: "write" };

const person = z.object({ name: z.string(), email: z.string() });
const change = z.object({
  message: z.string().min(1),
  content: z.string().optional(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: person.optional(),
  committer: person.optional(),
});

interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number;
  readonly path: string;
}

/** Files by path, read from and written to the bare repository. */
export function contentRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo/contents";

  api.on("GET", [root, `${root}/:path{.+}`], async (c) => {
    const { repository } = enter(world, c, read);
    const path = (c.req.param("path") ?? "").replace(/\/$/, "");
    const ref = c.req.query("ref") ?? repository.defaultBranch;
    const sha = await resolveCommit(repository.directory, ref);
    if (sha === undefined) throw new Problem(404, `No commit found for the ref ${ref}`);
    const entry = path === "" ? undefined : await findEntry(repository.directory, sha, path);
    if (path !== "" && entry === undefined) throw notFound();
    if (entry === undefined || entry.type === "tree") {
      const entries = await listEntries(repository.directory, [path === "" ? sha : `${sha}:${path}`]);
      const below = entries.map((one) => ({ ...one, path: path === "" ? one.path : `${path}/${one.path}` }));
      return c.json(below.map((one) => entryJson(world, { repository, ref }, one)));
    }
    return answerFile(world, c, { repository, ref, entry });
  });

  api.on(["PUT", "DELETE"], `${root}/:path{.+}`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const body = await readBody(c, change);
    const path = c.req.param("path");
    if (c.req.method === "PUT" && body.content === undefined) throw invalid("content", "content is missing");
    const content = c.req.method === "PUT" ? Buffer.from(body.content ?? "", "base64") : null;
    return repository.exclusively(() => writeFile(world, c, { repository, actor, path, content, body }));
  });
}

interface FileWrite {
  readonly repository: Repository;
  readonly actor: NamedActor;
  readonly path: string;
  readonly content: Uint8Array | null;
  readonly body: z.infer<typeof change>;
}

async function writeFile(world: World, c: ApiContext, { repository, actor, path, content, body }: FileWrite) {
  const branch = body.branch ?? repository.defaultBranch;
  const before = await resolveCommit(repository.directory, `refs/heads/${branch}`);
  if (before === undefined) throw new Problem(404, `Branch ${branch} not found`);
  const entry = await findEntry(repository.directory, before, path);
  if (entry !== undefined && body.sha === undefined) throw invalid("sha", `"sha" wasn't supplied.`);
  if (body.sha !== undefined && body.sha !== entry?.sha) throw new Problem(409, `${path} does not match ${body.sha}`);
  const author = body.author ?? { name: actor.login, email: emailOf(world, actor.login) };
  const committer = body.committer ?? { name: "GitHub", email: "noreply@github.com" };
  const files = [{ path, mode: "100644" as const, content }];
  const after = await writeCommit(repository.directory, {
    parent: before,
    message: body.message,
    author,
    committer,
    at: new Date(),
    files,
  });
  const ref = `refs/heads/${branch}`;
  await git(repository.directory, ["update-ref", ref, after, before]);
  await refsChanged(world, { repository, login: actor.login, changes: [{ ref, before, after }] });
  const written = content === null ? undefined : await findEntry(repository.directory, after, path);
  const commit = commitJson(world, repository, await getCommit(repository.directory, after));
  const shown = written === undefined ? null : entryJson(world, { repository, ref: branch }, written);
  const flat = { ...commit.commit, sha: after, url: commit.url, html_url: commit.html_url, parents: commit.parents };
  return c.json({ content: shown, commit: flat }, entry === undefined ? 201 : 200);
}

async function findEntry(directory: string, sha: string, path: string): Promise<Entry | undefined> {
  const [entry] = await listEntries(directory, [sha, "--", path]);
  return entry;
}

async function listEntries(directory: string, what: readonly string[]): Promise<readonly Entry[]> {
  const answer = await gitAnswer(directory, ["ls-tree", "-z", "--long", ...what]);
  if (answer.exitCode !== 0) return [];
  return answer.stdout
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [head = "", path = ""] = line.split("\t");
      const [mode = "", type = "", sha = "", size = ""] = head.split(/\s+/);
      return { mode, type, sha, size: Number(size) || 0, path };
    });
}

interface Place {
  readonly repository: Repository;
  readonly ref: string;
}

function entryJson({ origin }: World, { repository, ref }: Place, entry: Entry) {
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const api = `${origin}/api/v3/repos/${fullName(repository)}`;
  const kinds: Readonly<Record<string, string>> = { tree: "dir", commit: "submodule" };
  const url = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const type = entry.mode === "120000" ? "symlink" : (kinds[entry.type] ?? "file");
  const html = `${origin}/${fullName(repository)}/blob/${ref}/${path}`;
  const blob = `${api}/git/${entry.type === "tree" ? "trees" : "blobs"}/${entry.sha}`;
  return {
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url,
    html_url: html,
    git_url: blob,
    download_url: type === "file" ? `${origin}/${fullName(repository)}/raw/${ref}/${path}` : null,
    type,
    _links: { self: url, git: blob, html },
  };
}

/** GitHub sends no content above 1 MB but in the raw form. */
const largestInline = 1024 * 1024;

async function answerFile(world: World, c: ApiContext, { repository, ref, entry }: Place & { readonly entry: Entry }) {
  const bytes = await gitBytes(repository.directory, ["cat-file", "blob", entry.sha]);
  if (/\.raw(\+json)?$/.test((c.req.header("accept") ?? "").split(";")[0] ?? "")) {
    return c.body(new Uint8Array(bytes), 200, { "Content-Type": "application/vnd.github.raw; charset=utf-8" });
  }
  const inline = bytes.length <= largestInline;
  const content = inline ? bytes.toString("base64").replaceAll(/(.{60})/g, "$1\n") : "";
  return c.json({ ...entryJson(world, { repository, ref }, entry), content, encoding: inline ? "base64" : "none" });
}
