import { z } from "zod";
import { accountJson, nodeId } from "./accounts.ts";
import { permit } from "./actor.ts";
import type { Requirement } from "./actor.ts";
import { announce } from "./announce.ts";
import { enter, numberParam, page, readBody } from "./api.ts";
import type { Api } from "./api.ts";
import { bodyText } from "./issues.ts";
import { association } from "./present.ts";
import { gitAnswer } from "./git.ts";
import { Problem, invalid, notFound } from "./problem.ts";
import { announcePull } from "./pullChange.ts";
import { pullJson } from "./pullJson.ts";
import { findPull } from "./pullRoutes.ts";
import type { Pull, Review, ReviewComment } from "./pulls.ts";
import { reactionSummary } from "./reactions.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { now } from "./world.ts";
import type { World } from "./world.ts";

const line = z.object({
  path: z.string(),
  body: bodyText.min(1),
  line: z.number().int().nullish(),
  start_line: z.number().int().nullish(),
  side: z.enum(["LEFT", "RIGHT"]).default("RIGHT"),
  position: z.number().nullish(),
});
const reviewBody = z.object({
  event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]).default("COMMENT"),
  body: bodyText.default(""),
  commit_id: z.string().optional(),
  comments: z.array(line).default([]),
});
export type ReviewRequest = z.input<typeof reviewBody>;
const states = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;

const read: Requirement = { app: ["pull_requests"], level: "read", role: "read" };
const write: Requirement = { ...read, level: "write" };

/** Reviews and their comments: the front's own, because the emulator's know no commit of ours. Drafts of reviews are not modelled. */
export function reviewRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo/pulls/:number";

  api.get(`${root}/reviews`, (c) => {
    const { repository } = enter(world, c, read);
    const pull = findPull(repository, numberParam(c, "number"));
    return c.json(page(c, pull.reviews).map((review) => reviewJson(world, { repository, pull }, review)));
  });

  api.get(`${root}/reviews/:id`, (c) => {
    const { repository } = enter(world, c, read);
    const pull = findPull(repository, numberParam(c, "number"));
    return c.json(reviewJson(world, { repository, pull }, findReview(pull, numberParam(c, "id"))));
  });

  api.get(`${root}/reviews/:id/comments`, (c) => {
    const { repository } = enter(world, c, read);
    const pull = findPull(repository, numberParam(c, "number"));
    const own = pull.comments.filter(({ reviewId }) => reviewId === numberParam(c, "id"));
    return c.json(page(c, own).map((comment) => legacyCommentJson(world, { repository, pull }, comment)));
  });

  api.post(`${root}/reviews`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    const pull = findPull(repository, numberParam(c, "number"));
    const body = await readBody(c, reviewBody);
    if (body.event !== "COMMENT" && pull.author === actor.login) {
      throw invalid("event", `Can not ${body.event.toLowerCase().replace("_", " ")} your own pull request`);
    }
    const review = await addReview(world, { repository, pull }, { ...body, login: actor.login });
    const pull_request = await pullJson(world, repository, pull);
    const shown = reviewJson(world, { repository, pull }, review);
    const event = { repository, sender: actor.login };
    announceReview(world, { repository, pull }, { review, pull_request, sender: actor.login });
    for (const comment of pull.comments.filter(({ reviewId }) => reviewId === review.id)) {
      const said = { comment: reviewCommentJson(world, { repository, pull }, comment), pull_request };
      announce(world, { ...event, event: "pull_request_review_comment", action: "created", body: said });
    }
    return c.json(shown);
  });

  api.put(`${root}/reviews/:id/dismissals`, async (c) => {
    const { repository, actor } = enter(world, c, { ...write, role: "write" });
    const pull = findPull(repository, numberParam(c, "number"));
    await readBody(c, z.object({ message: z.string().min(1) }));
    const review = findReview(pull, numberParam(c, "id"));
    if (review.state === "COMMENTED") throw new Problem(422, "Can not dismiss a commented pull request review");
    review.state = "DISMISSED";
    const shown = reviewJson(world, { repository, pull }, review);
    const body = { review: { ...shown, state: "dismissed" }, pull_request: await pullJson(world, repository, pull) };
    announce(world, { event: "pull_request_review", action: "dismissed", repository, sender: actor.login, body });
    return c.json(shown);
  });

  api.get(`${root}/comments`, (c) => {
    const { repository } = enter(world, c, read);
    const pull = findPull(repository, numberParam(c, "number"));
    const ordered = c.req.query("direction") === "desc" ? pull.comments.toReversed() : pull.comments;
    return c.json(page(c, ordered).map((comment) => reviewCommentJson(world, { repository, pull }, comment)));
  });

  api.delete("/repos/:owner/:repo/pulls/comments/:id", (c) => {
    const { repository } = enter(world, c, { ...write, role: "write" });
    const id = numberParam(c, "id");
    const pull = [...repository.pulls.values()].find((one) => one.comments.some((comment) => comment.id === id));
    if (pull === undefined) throw notFound();
    pull.comments.splice(
      pull.comments.findIndex((comment) => comment.id === id),
      1,
    );
    return c.body(null, 204);
  });

  api.on("POST", [`${root}/comments`, `${root}/comments/:reply/replies`], async (c) => {
    const { repository, actor } = enter(world, c, write);
    const pull = findPull(repository, numberParam(c, "number"));
    const replied = c.req.param("reply");
    const body = await readBody(c, line.partial({ path: true }).extend({ in_reply_to: z.number().optional() }));
    const parentId = replied === undefined ? body.in_reply_to : Number(replied);
    const parent = pull.comments.find(({ id }) => id === parentId);
    if (parentId !== undefined && parent === undefined) throw notFound();
    const path = body.path ?? parent?.path;
    if (path === undefined) throw invalid("path", "path is missing");
    const spot = { ...body, path, line: body.line ?? parent?.line ?? null };
    const comments = [{ ...spot, in_reply_to: parent?.inReplyTo ?? parent?.id }];
    const given = { login: actor.login, event: "COMMENT", body: "", comments } as const;
    const review = await addReview(world, { repository, pull }, given);
    const comment = pull.comments.at(-1);
    if (comment === undefined || comment.reviewId !== review.id) throw notFound();
    const shown = reviewCommentJson(world, { repository, pull }, comment);
    const pull_request = await pullJson(world, repository, pull);
    const told = { comment: shown, pull_request };
    // A single comment is a review, too, and GitHub tells both.
    announceReview(world, { repository, pull }, { review, pull_request, sender: actor.login });
    const event = { event: "pull_request_review_comment", action: "created", repository, sender: actor.login };
    announce(world, { ...event, body: told });
    return c.json(shown, 201);
  });

  api.on(["POST", "DELETE"], `${root}/requested_reviewers`, async (c) => {
    const { repository, actor } = enter(world, c, { ...write, role: "triage" });
    const pull = findPull(repository, numberParam(c, "number"));
    const { reviewers } = await readBody(c, z.object({ reviewers: z.array(z.string()).default([]) }));
    const adding = c.req.method === "POST";
    for (const login of reviewers) {
      if (adding) permit({ kind: "user", login }, repository, read);
      if (adding) pull.reviewers.add(login);
      else pull.reviewers.delete(login);
      const requested_reviewer = accountJson(world.accounts.get(login), world.origin);
      const action = adding ? "review_requested" : "review_request_removed";
      await announcePull(world, { repository, pull, login: actor.login }, { action, requested_reviewer });
    }
    return c.json(await pullJson(world, repository, pull), adding ? 201 : 200);
  });
}

interface NewReview {
  readonly login: string;
  readonly event: keyof typeof states;
  readonly body: string;
  readonly commit_id?: string | undefined;
  readonly comments: readonly (z.output<typeof line> & { readonly in_reply_to?: number | undefined })[];
}

async function addReview(
  world: World,
  { repository, pull }: PullPlace,
  { login, event, body, commit_id, comments }: NewReview,
): Promise<Review> {
  const commit = commit_id ?? pull.head.sha;
  const review: Review = { id: world.nextId(), login, body, state: states[event], commit, submittedAt: now() };
  pull.reviews.push(review);
  pull.reviewers.delete(login);
  for (const comment of comments) {
    const spot = comment.line ?? comment.position ?? null;
    pull.comments.push({
      id: world.nextId(),
      reviewId: review.id,
      login,
      path: comment.path,
      line: spot,
      startLine: comment.start_line ?? null,
      side: comment.side,
      hunk: await hunkOf(repository, { pull, path: comment.path, line: spot }),
      commit,
      inReplyTo: comment.in_reply_to,
      createdAt: review.submittedAt,
      body: comment.body,
    });
  }
  return review;
}

/** The part of the pull request's diff that ends at a line of the head, as GitHub shows it above a comment. */
async function hunkOf(
  repository: Repository,
  { pull, path, line: wanted }: { readonly pull: Pull; readonly path: string; readonly line: number | null },
): Promise<string> {
  if (wanted === null) return "";
  const range = `${pull.base.sha}...${pull.head.sha}`;
  const { stdout } = await gitAnswer(repository.directory, ["diff", "--no-color", range, "--", path]);
  let hunk: string[] = [];
  let at = 0;
  for (const text of stdout.split("\n")) {
    const start = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text)?.[1];
    if (start === undefined && hunk.length === 0) continue;
    hunk = start === undefined ? [...hunk, text] : [text];
    if (start !== undefined) at = Number(start) - 1;
    else if (/^[ +]/.test(text)) at += 1;
    if (at === wanted && start === undefined && !text.startsWith("-")) return hunk.join("\n");
  }
  return "";
}

/** Webhooks write a review's state in lower case; REST does not. */
function announceReview(
  world: World,
  { repository, pull }: PullPlace,
  given: { readonly review: Review; readonly pull_request: unknown; readonly sender: string },
): void {
  const { review, pull_request, sender } = given;
  const told = { ...reviewJson(world, { repository, pull }, review), state: review.state.toLowerCase() };
  const body = { review: told, pull_request };
  announce(world, { event: "pull_request_review", action: "submitted", repository, sender, body });
}

function findReview(pull: Pull, id: number): Review {
  const review = pull.reviews.find((one) => one.id === id);
  if (review === undefined) throw notFound();
  return review;
}

interface PullPlace {
  readonly repository: Repository;
  readonly pull: Pull;
}

function reviewJson(world: World, { repository, pull }: PullPlace, review: Review) {
  const html = `${world.origin}/${fullName(repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const url = `${world.origin}/api/v3/repos/${fullName(repository)}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: accountJson(world.accounts.get(review.login), world.origin),
    body: review.body,
    state: review.state as string,
    html_url: html,
    pull_request_url: url,
    author_association: association({ world, repository }, review.login),
    _links: { html: { href: html }, pull_request: { href: url } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  };
}

/** Where the comments of one review are listed, GitHub tells their place in the diff, and no lines. */
function legacyCommentJson(world: World, place: PullPlace, comment: ReviewComment) {
  const shown: Record<string, unknown> = { ...reviewCommentJson(world, place, comment) };
  for (const name of ["line", "original_line", "start_line", "original_start_line", "start_side", "subject_type"])
    delete shown[name];
  return shown;
}

function reviewCommentJson(world: World, { repository, pull }: PullPlace, comment: ReviewComment) {
  const api = `${world.origin}/api/v3/repos/${fullName(repository)}`;
  const url = `${api}/pulls/comments/${comment.id}`;
  const html = `${world.origin}/${fullName(repository)}/pull/${pull.number}#discussion_r${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId("PullRequestReviewComment", comment.id),
    url,
    html_url: html,
    pull_request_url: `${api}/pulls/${pull.number}`,
    pull_request_review_id: comment.reviewId,
    diff_hunk: comment.hunk,
    path: comment.path,
    line: comment.line,
    original_line: comment.line,
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    side: comment.side,
    start_side: comment.startLine === null ? null : comment.side,
    position: comment.line,
    original_position: comment.line,
    subject_type: comment.line === null ? "file" : "line",
    commit_id: comment.commit,
    original_commit_id: comment.commit,
    ...(comment.inReplyTo === undefined ? {} : { in_reply_to_id: comment.inReplyTo }),
    user: accountJson(world.accounts.get(comment.login), world.origin),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    author_association: association({ world, repository }, comment.login),
    reactions: reactionSummary(repository, `review_comment:${comment.id}`, url),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: `${api}/pulls/${pull.number}` } },
  };
}
