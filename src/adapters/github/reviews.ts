import { z } from "zod";
import type { Forge, ReviewCommentView } from "../../ports/forge.ts";
import { ANYTHING, WITH_ID, ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

const PER_PAGE = 100;

const comment = z
  .object({
    id: z.int(),
    in_reply_to_id: z.int().nullish(),
    path: z.string(),
    line: z.int().nullish(),
    side: z.string().nullish(),
    body: z.string(),
    diff_hunk: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  })
  .transform((found): ReviewCommentView => ({
    id: found.id,
    threadId: found.in_reply_to_id ?? found.id,
    path: found.path,
    line: lineOf(found),
    body: found.body,
    hunk: found.diff_hunk ?? "",
    author: found.user?.login ?? null,
  }));
const comments = z.array(comment);

/**
 * The line of the head a comment is on. Where a review's own comments are listed, GitHub leaves `line` out; their hunk ends
 * at that line. A comment on a line that the change deletes is on none.
 */
function lineOf(found: {
  readonly line?: number | null | undefined;
  readonly side?: string | null | undefined;
  readonly diff_hunk?: string | null | undefined;
}): number | null {
  if (found.side === "LEFT") return null;
  return found.line === undefined ? lastLineOf(found.diff_hunk ?? "") : found.line;
}

/** The line number, after the change, of the last line of a hunk; null when that line is deleted, or this is no hunk. */
function lastLineOf(hunk: string): number | null {
  const [header = "", ...lines] = hunk.split("\n");
  const from = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(header)?.[1];
  if (from === undefined || lines.length === 0 || lines.at(-1)?.startsWith("-") === true) return null;
  return Number(from) - 1 + lines.filter((line) => /^[ +]/.test(line)).length;
}

/** Reviews of one repository's pull requests, and the threads they begin. */
export function reviews(
  repository: GithubRepository,
): Pick<Forge, "reviewComments" | "replyToReview" | "findReviewReply" | "reactToReview"> {
  const { octokit, owner, repo } = repository;
  return {
    reviewComments: async (pull, reviewId) => {
      const found: ReviewCommentView[] = [];
      for (let page = 1; ; page += 1) {
        const some = await ask<readonly ReviewCommentView[]>(repository, {
          doing: `reading the comments of review ${reviewId}`,
          send: async () =>
            octokit.rest.pulls.listCommentsForReview({
              owner,
              repo,
              pull_number: pull,
              review_id: reviewId,
              per_page: PER_PAGE,
              page,
            }),
          answer: comments,
          // A review that was deleted meanwhile says nothing any more.
          refused: ({ status }) => (status === 404 ? [] : undefined),
        });
        found.push(...some);
        if (some.length < PER_PAGE) return found;
      }
    },

    replyToReview: async (pull, threadId, body) =>
      ask<number | null>(repository, {
        doing: `answering the review comment ${threadId}`,
        send: async () =>
          octokit.rest.pulls.createReplyForReviewComment({
            owner,
            repo,
            pull_number: pull,
            comment_id: threadId,
            body,
          }),
        answer: WITH_ID,
        refused: ({ status }) => (status === 404 || status === 410 ? null : undefined),
      }),

    findReviewReply: async (pull, marker) => findReviewReply(repository, pull, marker),

    reactToReview: async (id, content) =>
      ask(repository, {
        doing: `reacting to the review comment ${id}`,
        send: async () =>
          octokit.rest.reactions.createForPullRequestReviewComment({ owner, repo, comment_id: id, content }),
        answer: ANYTHING.nullish(),
        refused: ({ status }) => (status === 404 || status === 410 ? null : undefined),
      }).then(() => undefined),
  };
}

/** Newest first, as what is looked for was written a moment ago. A marker in somebody else's comment does not count. */
async function findReviewReply(repository: GithubRepository, pull: number, marker: string): Promise<number | null> {
  const { octokit, owner, repo } = repository;
  const bot = await repository.botLogin();
  for (let page = 1; ; page += 1) {
    const found = await ask(repository, {
      doing: `listing the review comments of #${pull}`,
      send: async () =>
        octokit.rest.pulls.listReviewComments({
          owner,
          repo,
          pull_number: pull,
          sort: "created",
          direction: "desc",
          per_page: PER_PAGE,
          page,
        }),
      answer: comments,
    });
    const own = found.find(({ author, body }) => author === bot && body.startsWith(marker));
    if (own !== undefined) return own.id;
    if (found.length < PER_PAGE) return null;
  }
}
