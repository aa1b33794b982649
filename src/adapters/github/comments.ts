import { z } from "zod";
import type { Forge, UpdateOutcome } from "../../ports/forge.ts";
import { ANYTHING, WITH_ID, ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

const PER_PAGE = 100;

const listed = z.array(
  z.object({ id: z.int(), body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }),
);

/** Comments and reactions of one repository. */
export function comments(
  repository: GithubRepository,
): Pick<Forge, "createComment" | "updateComment" | "findComment" | "react"> {
  const { octokit, owner, repo } = repository;
  const issues = octokit.rest.issues;
  return {
    createComment: async (number, body) =>
      ask(repository, {
        doing: `commenting on #${number}`,
        send: async () => issues.createComment({ owner, repo, issue_number: number, body }),
        answer: WITH_ID,
      }),

    updateComment: async (id, body) =>
      ask<UpdateOutcome>(repository, {
        doing: `editing comment ${id}`,
        send: async () => issues.updateComment({ owner, repo, comment_id: id, body }),
        answer: z.unknown().transform(() => "written" as const),
        refused: ({ status }) => (status === 404 || status === 410 ? "gone" : undefined),
      }),

    findComment: async (number, marker) => findComment(repository, number, marker),

    react: async (id, content) =>
      ask(repository, {
        doing: `reacting to comment ${id}`,
        send: async () => octokit.rest.reactions.createForIssueComment({ owner, repo, comment_id: id, content }),
        answer: ANYTHING.nullish(),
        refused: ({ status }) => (status === 404 || status === 410 ? null : undefined),
      }).then(() => undefined),
  };
}

/** A marker that somebody else copied into a comment of theirs does not count. */
async function findComment(repository: GithubRepository, number: number, marker: string): Promise<number | null> {
  const { octokit, owner, repo } = repository;
  const bot = await repository.botLogin();
  for (let page = 1; ; page += 1) {
    const found = await ask(repository, {
      doing: `listing the comments of #${number}`,
      send: async () =>
        octokit.rest.issues.listComments({ owner, repo, issue_number: number, per_page: PER_PAGE, page }),
      answer: listed,
    });
    const own = found.find(({ body, user }) => user?.login === bot && body?.startsWith(marker) === true);
    if (own !== undefined) return own.id;
    if (found.length < PER_PAGE) return null;
  }
}
