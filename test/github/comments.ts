import { z } from "zod";
import { announce } from "./announce.ts";
import { permit } from "./actor.ts";
import type { NamedActor, Requirement } from "./actor.ts";
import { enter, numberParam, page, readBody } from "./api.ts";
import type { Api } from "./api.ts";
import { bodyText, passOn } from "./issues.ts";
import { ask, commentSchema, issueNumberOf, issueSchema, readComment, readIssue } from "./issueStore.ts";
import type { CommentJson } from "./issueStore.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const text = z.object({ body: bodyText.min(1) });
const read: Requirement = { app: ["issues", "pull_requests"], level: "read", role: "read" };
const write: Requirement = { ...read, level: "write" };

/** Comments on issues and pull requests: kept by the emulator, judged and announced here. */
export function commentRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo/issues";

  api.get(`${root}/comments`, async (c) => {
    const { repository } = enter(world, c, read);
    const { sort, direction, since } = c.req.query();
    const by = sort === "updated" ? "updated_at" : "created_at";
    const ordered = (await allComments(world, repository)).toSorted((a, b) => (a[by] < b[by] ? -1 : 1));
    const recent = ordered.filter(
      ({ updated_at }) => since === undefined || Date.parse(updated_at) >= Date.parse(since),
    );
    return c.json(page(c, sort !== undefined && direction === "desc" ? recent.toReversed() : recent));
  });
  api.get(`${root}/comments/:id`, (c) => passOn(world, c, read));
  api.get(`${root}/:number/comments`, (c) => passOn(world, c, read));

  api.post(`${root}/:number/comments`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const body = await readBody(c, text);
    const issue = await readIssue(world, repository, numberParam(c, "number"));
    if (issue.locked) permit(actor, repository, { ...write, role: "write" });
    const path = `/issues/${issue.number}/comments`;
    const answer = await ask(world, repository, { login: actor.login, method: "POST", path, body });
    const comment = commentSchema.parse(answer.body);
    await announceComment(world, { repository, actor, comment, action: "created" });
    return c.json(comment, 201);
  });

  api.patch(`${root}/comments/:id`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const body = await readBody(c, text);
    const before = await readComment(world, repository, numberParam(c, "id"));
    assertMayEdit(before, repository, actor);
    const path = `/issues/comments/${before.id}`;
    const answer = await ask(world, repository, { login: actor.login, method: "PATCH", path, body });
    const comment = commentSchema.parse(answer.body);
    const changes = { body: { from: before.body } };
    await announceComment(world, { repository, actor, comment, action: "edited", changes });
    return c.json(comment);
  });

  api.delete(`${root}/comments/:id`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const comment = await readComment(world, repository, numberParam(c, "id"));
    assertMayEdit(comment, repository, actor);
    const path = `/issues/comments/${comment.id}`;
    await ask(world, repository, { login: actor.login, method: "DELETE", path });
    await announceComment(world, { repository, actor, comment, action: "deleted" });
    return c.body(null, 204);
  });
}

/** The emulator lists comments by issue only. */
async function allComments(world: World, repository: Repository): Promise<readonly CommentJson[]> {
  const login = world.botLogin;
  const found: CommentJson[] = [];
  for (let n = 1; ; n += 1) {
    const path = `/issues?state=all&per_page=100&page=${n}`;
    const issues = z.array(issueSchema).parse((await ask(world, repository, { login, method: "GET", path })).body);
    for (const { number } of issues) found.push(...(await commentsOf(world, repository, number)));
    if (issues.length < 100) return found;
  }
}

async function commentsOf(world: World, repository: Repository, number: number): Promise<readonly CommentJson[]> {
  const login = world.botLogin;
  const found: CommentJson[] = [];
  for (let n = 1; ; n += 1) {
    const path = `/issues/${number}/comments?per_page=100&page=${n}`;
    const some = z.array(commentSchema).parse((await ask(world, repository, { login, method: "GET", path })).body);
    found.push(...some);
    if (some.length < 100) return found;
  }
}

/** One's own, or anybody's with write access. */
function assertMayEdit(comment: CommentJson, repository: Repository, actor: NamedActor): void {
  if (comment.user.login !== actor.login) permit(actor, repository, { ...write, role: "write" });
}

interface CommentEvent {
  readonly repository: Repository;
  readonly actor: NamedActor;
  readonly comment: CommentJson;
  readonly action: "created" | "edited" | "deleted";
  readonly changes?: unknown;
}

async function announceComment(world: World, event: CommentEvent): Promise<void> {
  const { repository, actor, comment, action, changes } = event;
  const issue = await readIssue(world, repository, issueNumberOf(comment));
  const body = { issue, comment, ...(changes === undefined ? {} : { changes }) };
  announce(world, { event: "issue_comment", action, repository, sender: actor.login, body });
}
