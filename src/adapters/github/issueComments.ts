import { z } from "zod";
import type { Forge, IssueCommentView } from "../../ports/forge.ts";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

/** GitHub's largest page. */
const PAGE = 100;
const MAX_PAGES = 10;

const listed = z.array(
  z
    .object({
      id: z.int(),
      body: z.string().nullish(),
      user: z.object({ login: z.string(), type: z.string().optional() }).nullish(),
      author_association: z.string().optional(),
      created_at: z.iso.datetime({ offset: true }),
      updated_at: z.iso.datetime({ offset: true }),
    })
    .transform(
      ({ id, body, user, author_association: association, created_at: createdAt, updated_at: updatedAt }) =>
        ({
          id,
          author: user?.login ?? null,
          isBot: user?.type === "Bot",
          isInsider: association === "OWNER" || association === "MEMBER" || association === "COLLABORATOR",
          createdAt,
          updatedAt,
          body: body ?? "",
        }) satisfies IssueCommentView,
    ),
);

/** What people wrote below an issue. */
export function issueComments(repository: GithubRepository): Pick<Forge, "issueComments"> {
  const { octokit, owner, repo } = repository;

  async function pageOf(number: number, page: number): Promise<readonly IssueCommentView[]> {
    return ask(repository, {
      doing: `reading the comments of #${number}`,
      send: async () => octokit.rest.issues.listComments({ owner, repo, issue_number: number, per_page: PAGE, page }),
      answer: listed,
    });
  }

  return {
    issueComments: async (number, { until }) => {
      const end = Date.parse(until);
      const found: IssueCommentView[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const comments = await pageOf(number, page);
        found.push(...comments.filter(({ createdAt }) => Date.parse(createdAt) <= end));
        const last = comments.at(-1);
        if (comments.length < PAGE || last === undefined || Date.parse(last.createdAt) > end) break;
      }
      return found;
    },
  };
}
