import type { Requirement } from "./actor.ts";
import { enter, page, textParam } from "./api.ts";
import type { Api } from "./api.ts";
import { changedFileJson, changedFiles } from "./changedFiles.ts";
import type { ChangedFile } from "./changedFiles.ts";
import { commitJson, getCommit, mergeBase, readCommits } from "./commits.ts";
import { notFound } from "./problem.ts";
import { listRefs } from "./refs.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const read: Requirement = { app: ["contents"], level: "read", role: "read" };

/** Branches, commits and comparisons, read from the bare repository. */
export function commitRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo";

  api.get(`${root}/branches`, async (c) => {
    const { repository } = enter(world, c, read);
    const refs = [...(await listRefs(repository.directory))].filter(([ref]) => ref.startsWith("refs/heads/"));
    const branches = refs.map(([ref, sha]) => ({ name: ref.slice("refs/heads/".length), sha }));
    return c.json(page(c, branches).map((branch) => branchJson(world, repository, branch)));
  });

  api.get(`${root}/branches/:branch{.+}`, async (c) => {
    const { repository } = enter(world, c, read);
    const name = textParam(c, "branch");
    const commit = await getCommit(repository.directory, `refs/heads/${name}`);
    const branch = branchJson(world, repository, { name, sha: commit.sha });
    return c.json({ ...branch, commit: commitJson(world, repository, commit) });
  });

  api.get(`${root}/commits`, async (c) => {
    const { repository } = enter(world, c, read);
    const { sha = repository.defaultBranch, since, until, path } = c.req.query();
    const { sha: head } = await getCommit(repository.directory, sha);
    const limits = [
      ...(since === undefined ? [] : [`--since=${since}`]),
      ...(until === undefined ? [] : [`--until=${until}`]),
    ];
    const commits = await readCommits(repository.directory, [...limits, head]);
    const touching = path === undefined ? commits : await touchingPath(repository, commits, path);
    return c.json(page(c, touching).map((commit) => commitJson(world, repository, commit)));
  });

  api.get(`${root}/compare/:basehead{.+}`, async (c) => {
    const { repository } = enter(world, c, read);
    const [from, to] = textParam(c, "basehead").split("...");
    if (from === undefined || to === undefined) throw notFound();
    const [base, head] = await Promise.all([
      getCommit(repository.directory, from),
      getCommit(repository.directory, to),
    ]);
    const ancestor = await mergeBase(repository.directory, base.sha, head.sha);
    if (ancestor === undefined) throw notFound();
    const [ahead, behind, files, merged] = await Promise.all([
      readCommits(repository.directory, ["--reverse", "--topo-order", `${base.sha}..${head.sha}`]),
      readCommits(repository.directory, [`${head.sha}..${base.sha}`]),
      changedFiles(repository.directory, ancestor, head.sha),
      getCommit(repository.directory, ancestor),
    ]);
    return c.json({
      url: c.req.url,
      html_url: `${world.origin}/${fullName(repository)}/compare/${from}...${to}`,
      base_commit: commitJson(world, repository, base),
      merge_base_commit: commitJson(world, repository, merged),
      status: comparison(ahead.length, behind.length),
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: page(c, ahead).map((commit) => commitJson(world, repository, commit)),
      files: files.map((file) => changedFileJson(world, { repository, sha: head.sha }, file)),
    });
  });

  // Last: its pattern would swallow `/commits/:ref/check-runs` and the like.
  api.get(`${root}/commits/:ref{.+}`, async (c) => {
    const { repository } = enter(world, c, read);
    const commit = await getCommit(repository.directory, textParam(c, "ref"));
    const files = await changedFiles(repository.directory, commit.parents[0], commit.sha);
    return c.json({
      ...commitJson(world, repository, commit),
      stats: stats(files),
      files: files.map((file) => changedFileJson(world, { repository, sha: commit.sha }, file)),
    });
  });
}

async function touchingPath(repository: Repository, commits: Awaited<ReturnType<typeof readCommits>>, path: string) {
  const touched = await Promise.all(
    commits.map(async (commit) => {
      const files = await changedFiles(repository.directory, commit.parents[0], commit.sha);
      return files.some((file) => file.path === path || file.path.startsWith(`${path}/`));
    }),
  );
  return commits.filter((_, index) => touched[index]);
}

function comparison(ahead: number, behind: number): "identical" | "ahead" | "behind" | "diverged" {
  if (ahead === 0) return behind === 0 ? "identical" : "behind";
  return behind === 0 ? "ahead" : "diverged";
}

function stats(files: readonly ChangedFile[]) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { additions, deletions, total: additions + deletions };
}

function branchJson(
  { origin }: World,
  repository: Repository,
  { name, sha }: { readonly name: string; readonly sha: string },
) {
  const api = `${origin}/api/v3/repos/${fullName(repository)}`;
  return {
    name,
    commit: { sha, url: `${api}/commits/${sha}` },
    protected: repository.protections.has(name),
    protection_url: `${api}/branches/${name}/protection`,
  };
}
