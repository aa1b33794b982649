import { z } from "zod";
import { nodeId } from "./accounts.ts";
import { permit } from "./actor.ts";
import type { NamedActor, Requirement } from "./actor.ts";
import { enter, numberParam, page, readBody } from "./api.ts";
import type { Api } from "./api.ts";
import { changedFileJson } from "./changedFiles.ts";
import { commitJson, isAncestor, resolveCommit } from "./commits.ts";
import { changeIssue } from "./issueChange.ts";
import { bodyText } from "./issues.ts";
import { ask, issueSchema, readIssue } from "./issueStore.ts";
import { mergeMethods, mergePull } from "./merge.ts";
import { invalid, notFound } from "./problem.ts";
import { announcePull, fetchHead, setPullState } from "./pullChange.ts";
import { gitFacts } from "./pullFacts.ts";
import { pullJson, pullSummaryJson } from "./pullJson.ts";
import type { Pull } from "./pulls.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const creation = z.object({
  title: z.string().min(1).max(256),
  head: z.string().min(1),
  base: z.string().min(1),
  body: bodyText.nullish(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().optional(),
});
const changes = z.object({
  title: z.string().min(1).max(256).optional(),
  body: bodyText.nullish(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().optional(),
});
const mergeBody = z.object({
  sha: z.string().optional(),
  merge_method: z.enum(mergeMethods).default("merge"),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});

const read: Requirement = { app: ["pull_requests"], level: "read", role: "read" };
const write: Requirement = { app: ["pull_requests"], level: "write", role: "read" };

/** Pull requests: their text is an issue of the emulator's, everything about git is answered from git. */
export function pullRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo/pulls";

  api.get(root, async (c) => {
    const { repository } = enter(world, c, read);
    const { state = "open", head, base, sort = "created" } = c.req.query();
    const direction = c.req.query("direction") ?? (sort === "created" ? "desc" : "asc");
    const chosen = [...repository.pulls.values()]
      .filter((pull) => state === "all" || pull.open === (state === "open"))
      .filter((pull) => head === undefined || head === `${pull.head.repository.owner}:${pull.head.ref}`)
      .filter((pull) => base === undefined || base === pull.base.ref);
    const ordered = direction === "desc" ? chosen.toReversed() : chosen;
    return c.json(await Promise.all(page(c, ordered).map((pull) => summary(world, repository, pull))));
  });

  api.get(`${root}/:number`, async (c) => {
    const { repository } = enter(world, c, read);
    return c.json(await pullJson(world, repository, findPull(repository, numberParam(c, "number"))));
  });

  api.post(root, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const body = await readBody(c, creation);
    const pull = await repository.exclusively(() => openPull(world, { repository, actor, body }));
    return c.json(await pullJson(world, repository, pull), 201);
  });

  api.patch(`${root}/:number`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const pull = findPull(repository, numberParam(c, "number"));
    if (pull.author !== actor.login) permit(actor, repository, { ...write, role: "triage" });
    const { title, body, state, base } = await readBody(c, changes);
    const event = { repository, pull, login: actor.login };
    if (base !== undefined && base !== pull.base.ref) await changeBase(world, event, base);
    if (title !== undefined || body !== undefined) {
      const text = { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }) };
      const request = { method: "PATCH", path: `/issues/${pull.number}`, body: text };
      await changeIssue(world, { repository, number: pull.number, login: actor.login, request });
    }
    if (state === "open" && !pull.open) await assertMayReopen(pull);
    if (state !== undefined && pull.open !== (state === "open")) await setPullState(world, event, state);
    return c.json(await pullJson(world, repository, pull));
  });

  api.get(`${root}/:number/files`, async (c) => {
    const { repository } = enter(world, c, read);
    const pull = findPull(repository, numberParam(c, "number"));
    const { files } = await gitFacts(repository, pull);
    const place = { repository: pull.head.repository, sha: pull.head.sha };
    return c.json(page(c, files).map((file) => changedFileJson(world, place, file)));
  });

  api.get(`${root}/:number/commits`, async (c) => {
    const { repository } = enter(world, c, read);
    const { commits } = await gitFacts(repository, findPull(repository, numberParam(c, "number")));
    return c.json(page(c, commits).map((commit) => commitJson(world, repository, commit)));
  });

  api.get(`${root}/:number/merge`, (c) => {
    const { repository } = enter(world, c, read);
    if (findPull(repository, numberParam(c, "number")).merged === undefined) throw notFound();
    return c.body(null, 204);
  });

  api.put(`${root}/:number/merge`, async (c) => {
    const { repository, actor } = enter(world, c, { app: ["contents"], level: "write", role: "write" });
    const pull = findPull(repository, numberParam(c, "number"));
    const { sha, merge_method: method, commit_title: title, commit_message: message } = await readBody(c, mergeBody);
    const merged = await mergePull(world, { repository, pull, actor, method, sha, title, message });
    return c.json({ sha: merged, merged: true, message: "Pull Request successfully merged" });
  });

  api.get("/repos/:owner/:repo/commits/:sha/pulls", async (c) => {
    const { repository } = enter(world, c, read);
    const sha = await resolveCommit(repository.directory, c.req.param("sha"));
    const holds = await Promise.all(
      [...repository.pulls.values()].map(async (pull) => ({
        pull,
        commits: (await gitFacts(repository, pull)).commits,
      })),
    );
    const chosen = holds.filter(
      ({ pull, commits }) => pull.merged?.sha === sha || commits.some((one) => one.sha === sha),
    );
    return c.json(await Promise.all(page(c, chosen).map(({ pull }) => summary(world, repository, pull))));
  });
}

async function summary(world: World, repository: Repository, pull: Pull) {
  return pullSummaryJson(world, { repository, pull, issue: await readIssue(world, repository, pull.number) });
}

export function findPull(repository: Repository, number: number): Pull {
  const pull = repository.pulls.get(number);
  if (pull === undefined) throw notFound();
  return pull;
}

interface NewPull {
  readonly repository: Repository;
  readonly actor: NamedActor;
  readonly body: z.infer<typeof creation>;
}

async function openPull(world: World, { repository, actor, body }: NewPull): Promise<Pull> {
  const { home, ref } = headOf(world, repository, body.head);
  // From a fork, reading is enough to propose; from the repository itself it takes a branch one can write.
  if (home === repository) permit(actor, repository, { ...write, role: "write" });
  const [sha, baseSha] = await Promise.all([
    resolveCommit(home.directory, `refs/heads/${ref}`),
    resolveCommit(repository.directory, `refs/heads/${body.base}`),
  ]);
  if (sha === undefined) throw invalid("head", "head is invalid");
  if (baseSha === undefined) throw invalid("base", "base is invalid");
  const twin = [...repository.pulls.values()].find(
    (pull) => pull.open && pull.head.repository === home && pull.head.ref === ref && pull.base.ref === body.base,
  );
  const label = `${home.owner}:${ref}`;
  if (twin !== undefined) throw invalid("head", `A pull request already exists for ${label}.`);
  if (await isAncestor(home.directory, sha, baseSha))
    throw invalid("base", `No commits between ${body.base} and ${ref}`);
  const text = { title: body.title, body: body.body ?? null };
  const answer = await ask(world, repository, { login: actor.login, method: "POST", path: "/issues", body: text });
  const { number } = issueSchema.parse(answer.body);
  const id = world.nextId();
  const pull: Pull = {
    number,
    id,
    nodeId: nodeId("PullRequest", id),
    author: actor.login,
    head: { repository: home, ref, sha },
    base: { ref: body.base, sha: baseSha },
    draft: body.draft,
    open: true,
    merged: undefined,
    reviews: [],
    comments: [],
    reviewers: new Set(),
  };
  repository.pulls.set(number, pull);
  await fetchHead(repository, pull);
  await announcePull(world, { repository, pull, login: actor.login }, { action: "opened" });
  return pull;
}

/** `branch`, `owner:branch`, where the owner may be a fork's. */
function headOf(
  world: World,
  repository: Repository,
  head: string,
): { readonly home: Repository; readonly ref: string } {
  const colon = head.indexOf(":");
  const owner = colon === -1 ? repository.owner : head.slice(0, colon);
  const home = [repository, ...world.repositories.filter((one) => one.forkOf === repository)].find(
    (one) => one.owner === owner,
  );
  if (home === undefined) throw invalid("head", "head is invalid");
  return { home, ref: head.slice(colon + 1) };
}

async function changeBase(
  world: World,
  event: { readonly repository: Repository; readonly pull: Pull; readonly login: string },
  base: string,
) {
  const sha = await resolveCommit(event.repository.directory, `refs/heads/${base}`);
  if (sha === undefined) throw invalid("base", `Proposed base branch '${base}' was not found`);
  const from = { ...event.pull.base };
  Object.assign(event.pull.base, { ref: base, sha });
  const changed = { base: { ref: { from: from.ref }, sha: { from: from.sha } } };
  await announcePull(world, event, { action: "edited", changes: changed });
}

async function assertMayReopen(pull: Pull): Promise<void> {
  if (pull.merged !== undefined) throw invalid("state", "state cannot be changed. The pull request is merged.");
  const tip = await resolveCommit(pull.head.repository.directory, `refs/heads/${pull.head.ref}`);
  if (tip === undefined)
    throw invalid("state", `state cannot be changed. The ${pull.head.ref} branch has been deleted.`);
  if (tip !== pull.head.sha)
    throw invalid("state", `state cannot be changed. The ${pull.head.ref} branch was force-pushed or recreated.`);
}
