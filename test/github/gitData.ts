import { z } from "zod";
import { nodeId } from "./accounts.ts";
import type { NamedActor, Requirement } from "./actor.ts";
import { enter, readBody, textParam } from "./api.ts";
import type { Api } from "./api.ts";
import { commitJson, emailOf, getCommit, isAncestor, zeroSha } from "./commits.ts";
import { git, gitAnswer, gitBytes } from "./git.ts";
import { Problem, invalid, notFound } from "./problem.ts";
import { refsChanged } from "./refChanges.ts";
import { listRefs } from "./refs.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const read: Requirement = { app: ["contents"], level: "read", role: "read" };
const write: Requirement = { app: ["contents"], level: "write", role: "write" };

/** GitHub's Git Data API, on the bare repository: refs, blobs, trees and commits. */
export function gitDataRoutes(api: Api, world: World): void {
  refRoutes(api, world);
  objectRoutes(api, world);
}

function refRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo/git";

  api.get(`${root}/ref/:ref{.+}`, async (c) => {
    const { repository } = enter(world, c, read);
    const ref = `refs/${textParam(c, "ref")}`;
    const sha = (await listRefs(repository.directory)).get(ref);
    if (sha === undefined) throw notFound();
    return c.json(refJson(world, repository, { ref, sha }));
  });

  api.get(`${root}/matching-refs/:ref{.+}`, async (c) => {
    const { repository } = enter(world, c, read);
    const prefix = `refs/${textParam(c, "ref")}`;
    const matching = [...(await listRefs(repository.directory))].filter(([ref]) => ref.startsWith(prefix));
    return c.json(matching.map(([ref, sha]) => refJson(world, repository, { ref, sha })));
  });

  api.post(`${root}/refs`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const { ref, sha } = await readBody(
      c,
      z.object({ ref: z.string().regex(/^refs\/(heads|tags)\/.+/), sha: z.string() }),
    );
    await moveRef(world, { repository, actor, ref, sha }, (before) => {
      if (before !== zeroSha) throw new Problem(422, "Reference already exists");
    });
    return c.json(refJson(world, repository, { ref, sha }), 201);
  });

  api.patch(`${root}/refs/:ref{.+}`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const ref = `refs/${textParam(c, "ref")}`;
    const { sha, force } = await readBody(c, z.object({ sha: z.string(), force: z.boolean().default(false) }));
    await moveRef(world, { repository, actor, ref, sha }, async (before) => {
      if (before === zeroSha) throw new Problem(422, "Reference does not exist");
      const forward = force || (await isAncestor(repository.directory, before, sha));
      if (!forward) throw new Problem(422, "Update is not a fast forward");
    });
    return c.json(refJson(world, repository, { ref, sha }));
  });

  api.delete(`${root}/refs/:ref{.+}`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const ref = `refs/${textParam(c, "ref")}`;
    await moveRef(world, { repository, actor, ref, sha: zeroSha }, (before) => {
      if (before === zeroSha) throw new Problem(422, "Reference does not exist");
    });
    return c.body(null, 204);
  });
}

interface RefMove {
  readonly repository: Repository;
  readonly actor: NamedActor;
  readonly ref: string;
  /** Forty zeros delete. */
  readonly sha: string;
}

/** Moves a ref in the bare repository if `check` agrees, and tells the world. */
export async function moveRef(
  world: World,
  { repository, actor, ref, sha: after }: RefMove,
  check: (before: string) => void | Promise<void> = () => undefined,
): Promise<void> {
  await repository.exclusively(async () => {
    const before = (await listRefs(repository.directory)).get(ref) ?? zeroSha;
    await check(before);
    assertUnprotected(repository, ref);
    const args = after === zeroSha ? ["-d", ref, before] : [ref, after, before];
    const answer = await gitAnswer(repository.directory, ["update-ref", ...args]);
    if (answer.exitCode !== 0) throw new Problem(422, `Object does not exist: ${answer.stderr}`);
    if (before === after) return;
    await refsChanged(world, { repository, login: actor.login, changes: [{ ref, before, after }] });
  });
}

function assertUnprotected(repository: Repository, ref: string): void {
  if (repository.protections.has(ref.replace("refs/heads/", ""))) {
    throw new Problem(422, "Changes must be made through a pull request.");
  }
}

function refJson(
  { origin }: World,
  repository: Repository,
  { ref, sha }: { readonly ref: string; readonly sha: string },
) {
  const api = `${origin}/api/v3/repos/${fullName(repository)}/git`;
  const object = { type: "commit", sha, url: `${api}/commits/${sha}` };
  return { ref, node_id: nodeId("Ref", `${repository.id}:${ref}`), url: `${api}/${ref}`, object };
}

const treeEntry = z.object({
  path: z.string().min(1),
  mode: z.enum(["100644", "100755", "040000", "160000", "120000"]),
  type: z.enum(["blob", "tree", "commit"]).optional(),
  sha: z.string().nullish(),
  content: z.string().optional(),
});
const person = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });
const newCommit = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: person.optional(),
});

function objectRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo/git";
  const urlOf = (repository: Repository, kind: string, sha: string) =>
    `${world.origin}/api/v3/repos/${fullName(repository)}/git/${kind}/${sha}`;

  api.get(`${root}/blobs/:sha`, async (c) => {
    const { repository } = enter(world, c, read);
    const sha = await objectOf(repository, textParam(c, "sha"), "blob");
    const bytes = await gitBytes(repository.directory, ["cat-file", "blob", sha]);
    const content = bytes.toString("base64");
    return c.json({
      sha,
      node_id: nodeId("Blob", sha),
      size: bytes.length,
      url: urlOf(repository, "blobs", sha),
      content,
      encoding: "base64",
    });
  });

  api.post(`${root}/blobs`, async (c) => {
    const { repository } = enter(world, c, write);
    const { content, encoding } = await readBody(
      c,
      z.object({ content: z.string(), encoding: z.enum(["utf-8", "base64"]).default("utf-8") }),
    );
    const input = Buffer.from(content, encoding === "base64" ? "base64" : "utf8");
    const sha = await git(repository.directory, ["hash-object", "-w", "--stdin"], { input });
    return c.json({ sha, url: urlOf(repository, "blobs", sha) }, 201);
  });

  api.get(`${root}/trees/:sha{.+}`, async (c) => {
    const { repository } = enter(world, c, read);
    const sha = await objectOf(repository, textParam(c, "sha"), "tree");
    const recursive = c.req.query("recursive") === undefined ? [] : ["-r", "-t"];
    const output = await git(repository.directory, ["ls-tree", "-z", "--long", ...recursive, sha]);
    const tree = output
      .split("\0")
      .filter((line) => line !== "")
      .map((line) => {
        const [head = "", path = ""] = line.split("\t");
        const [mode, type, object = "", size = ""] = head.split(/\s+/);
        const sized = type === "blob" ? { size: Number(size) } : {};
        return { path, mode, type, sha: object, ...sized, url: urlOf(repository, `${type}s`, object) };
      });
    return c.json({ sha, url: urlOf(repository, "trees", sha), tree, truncated: false });
  });

  api.post(`${root}/trees`, async (c) => {
    const { repository } = enter(world, c, write);
    const { base_tree, tree } = await readBody(
      c,
      z.object({ base_tree: z.string().optional(), tree: z.array(treeEntry) }),
    );
    const sha = await writeTree(repository, base_tree, tree);
    return c.json({ sha, url: urlOf(repository, "trees", sha), tree: [], truncated: false }, 201);
  });

  api.get(`${root}/commits/:sha`, async (c) => {
    const { repository } = enter(world, c, read);
    const shown = commitJson(world, repository, await getCommit(repository.directory, textParam(c, "sha")));
    const { sha, node_id, html_url, parents, commit } = shown;
    return c.json({ ...commit, sha, node_id, html_url, parents, url: urlOf(repository, "commits", sha) });
  });

  api.post(`${root}/commits`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const { message, tree, parents, author } = await readBody(c, newCommit);
    const by = author ?? { name: actor.login, email: emailOf(world, actor.login) };
    const date = author?.date === undefined ? {} : { GIT_AUTHOR_DATE: author.date };
    const answer = await gitAnswer(
      repository.directory,
      ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])],
      {
        input: message,
        env: { GIT_AUTHOR_NAME: by.name, GIT_AUTHOR_EMAIL: by.email, ...date },
      },
    );
    if (answer.exitCode !== 0) throw new Problem(422, answer.stderr);
    const shown = commitJson(world, repository, await getCommit(repository.directory, answer.stdout.trim()));
    const { sha, node_id, html_url, commit } = shown;
    return c.json(
      { ...commit, sha, node_id, html_url, parents: shown.parents, url: urlOf(repository, "commits", sha) },
      201,
    );
  });
}

/** Writes a tree through a throw-away index: the base, then each entry put in or taken out. */
async function writeTree(
  repository: Repository,
  base: string | undefined,
  entries: readonly z.infer<typeof treeEntry>[],
): Promise<string> {
  const env = { GIT_INDEX_FILE: `${repository.directory}/index.${process.hrtime.bigint()}` };
  const { directory } = repository;
  if (base !== undefined) await git(directory, ["read-tree", await objectOf(repository, base, "tree")], { env });
  for (const { path, mode, sha, content } of entries) {
    const blob =
      content === undefined ? sha : await git(directory, ["hash-object", "-w", "--stdin"], { input: content });
    const gone = blob === null || blob === undefined;
    const input = gone ? `0 ${zeroSha}\t${path}\n` : `${mode} ${blob}\t${path}\n`;
    if (mode === "040000" && !gone) await git(directory, ["read-tree", `--prefix=${path}/`, blob], { env });
    else await git(directory, ["update-index", "--add", "--index-info"], { env, input });
  }
  return git(directory, ["write-tree"], { env });
}

async function objectOf(repository: Repository, name: string, kind: "blob" | "tree"): Promise<string> {
  const wanted = `${name}^{${kind}}`;
  const answer = await gitAnswer(repository.directory, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    wanted,
  ]);
  if (answer.exitCode !== 0) throw kind === "blob" ? notFound() : invalid("sha", "Tree SHA does not exist");
  return answer.stdout.trim().split("\n").at(-1) ?? "";
}
