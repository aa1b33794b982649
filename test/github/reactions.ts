import { z } from "zod";
import { accountJson, nodeId } from "./accounts.ts";
import type { Requirement } from "./actor.ts";
import { enter, numberParam, page, readBody } from "./api.ts";
import type { Api, ApiContext } from "./api.ts";
import { Problem, notFound } from "./problem.ts";
import type { Repository } from "./repository.ts";
import { now } from "./world.ts";
import type { World } from "./world.ts";

export const reactionContents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;
export type ReactionContent = (typeof reactionContents)[number];

export interface Reaction {
  readonly id: number;
  readonly login: string;
  readonly content: ReactionContent;
  readonly createdAt: string;
}

/** The counts GitHub shows on an issue or a comment. `subject` is a key of `Repository.reactions`. */
export function reactionSummary(repository: Repository, subject: string, url: string) {
  const given = repository.reactions.get(subject) ?? [];
  const counts = reactionContents.map((content) => [content, given.filter((one) => one.content === content).length]);
  return { url: `${url}/reactions`, total_count: given.length, ...Object.fromEntries(counts) };
}

const request = z.object({ content: z.enum(reactionContents) });
const write: Requirement = { app: ["issues", "pull_requests"], level: "write", role: "read" };
const read: Requirement = { ...write, level: "read" };

const subjects = [
  { path: "issues/comments/:subject", key: "comment" },
  { path: "pulls/comments/:subject", key: "review_comment" },
  { path: "issues/:subject", key: "issue" },
] as const;

/** Reactions, which the emulator lacks: a second one of the same person and kind is the first (200, not 201). */
export function reactionRoutes(api: Api, world: World): void {
  for (const { path, key } of subjects) {
    const root = `/repos/:owner/:repo/${path}/reactions`;
    const subjectOf = (c: ApiContext) => `${key}:${numberParam(c, "subject")}`;

    api.get(root, (c) => {
      const { repository } = enter(world, c, read);
      const content = c.req.query("content");
      const given = repository.reactions.get(subjectOf(c)) ?? [];
      const chosen = given.filter((reaction) => content === undefined || reaction.content === content);
      return c.json(page(c, chosen).map((reaction) => reactionJson(world, reaction)));
    });

    api.post(root, async (c) => {
      const { repository, actor } = enter(world, c, write);
      const { content } = await readBody(c, request);
      await assertSubjectExists(world, repository, subjectOf(c));
      const given = repository.reactions.get(subjectOf(c)) ?? [];
      const earlier = given.find((reaction) => reaction.login === actor.login && reaction.content === content);
      if (earlier !== undefined) return c.json(reactionJson(world, earlier), 200);
      const reaction: Reaction = { id: world.nextId(), login: actor.login, content, createdAt: now() };
      repository.reactions.set(subjectOf(c), [...given, reaction]);
      return c.json(reactionJson(world, reaction), 201);
    });

    api.delete(`${root}/:reaction_id`, (c) => {
      const { repository, actor } = enter(world, c, write);
      const given = repository.reactions.get(subjectOf(c)) ?? [];
      const reaction = given.find((one) => one.id === numberParam(c, "reaction_id"));
      if (reaction === undefined) throw notFound();
      if (reaction.login !== actor.login) throw new Problem(403, "You may only delete your own reactions.");
      repository.reactions.set(
        subjectOf(c),
        given.filter((one) => one !== reaction),
      );
      return c.body(null, 204);
    });
  }
}

async function assertSubjectExists(world: World, repository: Repository, subject: string): Promise<void> {
  const [kind, id] = subject.split(":");
  if (kind === "review_comment") {
    const known = [...repository.pulls.values()].some((pull) =>
      pull.comments.some(({ id: own }) => own === Number(id)),
    );
    if (!known) throw notFound();
    return;
  }
  const path = kind === "comment" ? `comments/${id}` : String(id);
  const answer = await world.emulator.request(world.botLogin, {
    method: "GET",
    path: `/repos/${repository.emulated}/issues/${path}`,
  });
  if (answer.status !== 200) throw notFound();
}

function reactionJson({ accounts, origin }: World, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId("Reaction", reaction.id),
    user: accountJson(accounts.get(reaction.login), origin),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}
