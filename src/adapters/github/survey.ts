import { z } from "zod";
import type {
  Survey,
  SurveyedComment,
  SurveyedEvent,
  SurveyedIssue,
  SurveyedPull,
  SurveyedReview,
} from "../../ports/survey.ts";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

const PER_PAGE = 100;

const time = z.iso.datetime();
const account = z.looseObject({ login: z.string(), type: z.string().optional() }).nullish();

const surveyedIssue = z
  .looseObject({
    number: z.int(),
    title: z.string(),
    body: z.string().nullish(),
    state: z.string(),
    labels: z.array(z.union([z.string(), z.looseObject({ name: z.string() })])),
    updated_at: time,
    pull_request: z.unknown().optional(),
  })
  .transform((said) => ({
    isPull: said.pull_request !== undefined && said.pull_request !== null,
    issue: {
      number: said.number,
      title: said.title,
      body: said.body ?? "",
      isOpen: said.state === "open",
      labels: said.labels.map((label) => (typeof label === "string" ? label : label.name)),
      updatedAt: said.updated_at,
      said,
    } satisfies SurveyedIssue,
  }));

const surveyedEvent = z
  .looseObject({
    event: z.string(),
    actor: account,
    created_at: time,
    label: z.looseObject({ name: z.string() }).nullish(),
  })
  .transform(({ event, actor, created_at: at, label }): SurveyedEvent => ({
    event,
    actor: actor ?? null,
    at,
    label: label ?? null,
  }));

const surveyedComment = z
  .looseObject({ id: z.int(), issue_url: z.string().regex(/\/\d+$/), created_at: time, user: account })
  .transform((said): SurveyedComment => ({
    id: said.id,
    issueNumber: Number(said.issue_url.split("/").at(-1)),
    at: said.created_at,
    byBot: said.user?.type === "Bot",
    author: said.user ?? null,
    said,
  }));

const surveyedPull = z
  .looseObject({
    state: z.string(),
    draft: z.boolean().nullish(),
    updated_at: time,
    closed_at: time.nullish(),
    merged_by: account,
    user: account,
  })
  .transform((said): SurveyedPull => ({
    isOpen: said.state === "open",
    draft: said.draft === true,
    at: said.closed_at ?? said.updated_at,
    mergedBy: said.merged_by ?? null,
    author: said.user ?? null,
    said,
  }));

/** Webhooks write the state of a review in lower case. One that is still being written was submitted at no time. */
const surveyedReview = z
  .looseObject({ id: z.int(), state: z.string(), submitted_at: time.nullish(), user: account })
  .transform((said): SurveyedReview | null => {
    const { id, submitted_at: at, user } = said;
    if (at === null || at === undefined) return null;
    const state = said.state.toLowerCase();
    return { id, at, isDismissed: state === "dismissed", author: user ?? null, said: { ...said, state } };
  });

/** What GitHub shows of one repository. */
export function survey(repository: GithubRepository): Survey {
  const { octokit, owner, repo } = repository;
  return {
    issuesSince: async (since) => {
      const found = await pages(
        repository,
        {
          doing: "listing the issues that changed",
          send: async (page) =>
            octokit.rest.issues.listForRepo({
              owner,
              repo,
              state: "all",
              sort: "updated",
              direction: "desc",
              per_page: PER_PAGE,
              page,
            }),
          item: surveyedIssue,
        },
        ({ issue }) => isSince(issue.updatedAt, since),
      );
      return found.flatMap(({ isPull, issue }) => (isPull ? [] : [issue])).toReversed();
    },

    commentsSince: async (since) => {
      const found = await pages(
        repository,
        {
          doing: "listing the newest comments",
          send: async (page) =>
            octokit.rest.issues.listCommentsForRepo({
              owner,
              repo,
              sort: "created",
              direction: "desc",
              per_page: PER_PAGE,
              page,
            }),
          item: surveyedComment,
        },
        ({ at }) => isSince(at, since),
      );
      return found.toReversed();
    },

    eventsOf: async (number) =>
      pages(repository, {
        doing: `reading what happened to #${number}`,
        send: async (page) =>
          octokit.rest.issues.listEvents({ owner, repo, issue_number: number, per_page: PER_PAGE, page }),
        item: surveyedEvent,
      }),

    issue: async (number) =>
      ask<unknown>(repository, {
        doing: `reading #${number}`,
        send: async () => octokit.rest.issues.get({ owner, repo, issue_number: number }),
        answer: z.looseObject({ number: z.int() }),
        refused: gone,
      }),

    pull: async (number) =>
      ask<SurveyedPull | null>(repository, {
        doing: `reading the pull request #${number}`,
        send: async () => octokit.rest.pulls.get({ owner, repo, pull_number: number }),
        answer: surveyedPull,
        refused: gone,
      }),

    reviewsOf: async (number) => {
      const found = await pages(repository, {
        doing: `listing the reviews of #${number}`,
        send: async (page) =>
          octokit.rest.pulls.listReviews({ owner, repo, pull_number: number, per_page: PER_PAGE, page }),
        item: surveyedReview,
      });
      return found.filter((review) => review !== null);
    },
  };
}

function gone({ status }: { readonly status: number }): null | undefined {
  return [301, 404, 410].includes(status) ? null : undefined;
}

interface Listing<T> {
  readonly doing: string;
  send(page: number): Promise<{ readonly data: unknown }>;
  readonly item: z.ZodType<T>;
}

/** Reads a list up to its end, or to the first item that is not wanted: it is sorted that way. */
async function pages<T>(
  repository: GithubRepository,
  { doing, send, item }: Listing<T>,
  wanted: (item: T) => boolean = () => true,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = 1; ; page += 1) {
    const some = await ask(repository, { doing, send: async () => send(page), answer: z.array(item) });
    const end = some.findIndex((one) => !wanted(one));
    found.push(...(end === -1 ? some : some.slice(0, end)));
    if (end !== -1 || some.length < PER_PAGE) return found;
  }
}

function isSince(at: string, since: Date): boolean {
  return Date.parse(at) >= since.getTime();
}
