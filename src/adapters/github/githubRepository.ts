import type { ProbotOctokit } from "probot";
import { z } from "zod";
import { githubFailure, readAnswer } from "./githubFailure.ts";
import type { GithubAnswer } from "./githubFailure.ts";

/** One repository, through an Octokit that is authenticated as its installation. */
export interface GithubRepository {
  readonly octokit: ProbotOctokit;
  readonly owner: string;
  readonly repo: string;
  readonly botLogin: () => Promise<string>;
}

interface Question<T> {
  /** What is being done, for failures: "commenting on #7". */
  readonly doing: string;
  send(): Promise<{ readonly data: unknown }>;
  /** What Autopack needs of the answer. */
  readonly answer: z.ZodType<T>;
  /** The value of a refusal that is an expected outcome; undefined for one that is not. */
  refused?(answer: GithubAnswer): T | undefined;
}

/** Sends one request, once, and reads its answer. @throws Failure with the retry instruction */
export async function ask<T>(repository: GithubRepository, question: Question<T>): Promise<T> {
  try {
    const { data } = await question.send();
    return question.answer.parse(data);
  } catch (error) {
    const answer = readAnswer(error);
    const expected = answer?.answered === true ? question.refused?.(answer) : undefined;
    if (expected !== undefined) return expected;
    if (answer?.status === 401) await renewToken(repository);
    throw githubFailure(error, `${question.doing} in ${repository.owner}/${repository.repo}`);
  }
}

/** The answer's content does not matter. */
export const ANYTHING = z.unknown().transform(() => undefined);

export const WITH_ID = z.object({ id: z.int() }).transform(({ id }) => id);

/** The token is cached for an hour; GitHub may have let it expire before. The next try then has a new one. */
async function renewToken({ octokit }: GithubRepository): Promise<void> {
  try {
    await octokit.auth({ type: "installation", refresh: true });
  } catch {
    // The next try fails for the same reason, and says so.
  }
}
