import { z } from "zod";
import { EnvironmentFailure, Failure } from "../../domain/failure.ts";
import type { RetryInstruction } from "../../domain/failure.ts";
import { limitOf } from "./limitOf.ts";

/** GitHub will not do it, and would not the next time either: a permission, a missing thing, a request it cannot take. */
export class GithubRefusal extends Failure {
  readonly retry: RetryInstruction = "never";

  constructor(message: string, options: { readonly cause: unknown }) {
    super(message, options);
    this.name = "GithubRefusal";
  }
}

const requestError = z.object({
  status: z.number(),
  message: z.string(),
  response: z
    .object({
      headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
      data: z.unknown(),
    })
    .optional(),
});

const graphqlError = z.object({
  name: z.literal("GraphqlResponseError"),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })),
  headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
});

const problem = z.object({
  message: z.string(),
  errors: z
    .array(z.union([z.string(), z.object({ message: z.string().optional(), code: z.string().optional() })]))
    .optional(),
});

type Headers = Readonly<Record<string, string | number | undefined>>;

/** What GitHub answered when it did not do what it was asked; null for errors that are no answer of GitHub's. */
export interface GithubAnswer {
  readonly status: number;
  /** In GitHub's words, with the details of a 422. */
  readonly message: string;
  readonly headers: Headers;
  /** False when no answer came, or a broken one: the request may have taken effect. */
  readonly answered: boolean;
}

export function readAnswer(error: unknown): GithubAnswer | null {
  const graphql = graphqlError.safeParse(error);
  if (graphql.success) {
    const { errors, headers } = graphql.data;
    return {
      status: graphqlStatus(errors[0]?.type),
      message: errors.map((one) => one.message).join("; "),
      headers,
      answered: true,
    };
  }
  const rest = requestError.safeParse(error);
  if (!rest.success) return null;
  const { status, message, response } = rest.data;
  const words = problem.safeParse(response?.data);
  return {
    status,
    message: words.success ? wordsOf(words.data) : message,
    headers: response?.headers ?? {},
    answered: response !== undefined,
  };
}

function graphqlStatus(type: string | undefined): number {
  if (type === "RATE_LIMITED") return 429;
  if (type === "FORBIDDEN") return 403;
  return type === "NOT_FOUND" ? 404 : 422;
}

function wordsOf({ message, errors = [] }: z.infer<typeof problem>): string {
  const details = errors.flatMap((one) => (typeof one === "string" ? [one] : [one.message ?? one.code ?? []].flat()));
  const news = details.filter((detail) => !message.includes(detail));
  return news.length === 0 ? message : `${message}: ${news.join("; ")}`;
}

/**
 * The failure that a request ends in, with its retry instruction. Errors that are not about GitHub are given back as they
 * are: they are bugs.
 */
export function githubFailure(error: unknown, doing: string): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof z.ZodError)
    return new EnvironmentFailure(`${doing}: GitHub's answer was cut off or is not what it documents`, {
      cause: error,
    });
  const answer = readAnswer(error);
  if (answer === null) return isNetwork(error) ? lost(doing, error) : error;
  const limit = limitOf(answer);
  if (limit !== null)
    return new EnvironmentFailure(`${doing}: GitHub's rate limit is reached`, {
      cause: error,
      retry: { afterMs: limit.waitMs },
    });
  if (!answer.answered) return lost(doing, error);
  if (answer.status === 401 || answer.status >= 500)
    return new EnvironmentFailure(`${doing}: GitHub answered ${answer.status} ${answer.message}`, { cause: error });
  return new GithubRefusal(`${doing}: GitHub refuses (${answer.status} ${answer.message})${permission(answer)}`, {
    cause: error,
  });
}

function lost(doing: string, cause: unknown): Failure {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EnvironmentFailure(`${doing}: no answer from GitHub (${why})`, { cause });
}

/** Aborted and timed-out requests, which Octokit passes on unwrapped. */
function isNetwork(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** GitHub names the permission that was missing; people grant it in two places. */
function permission({ status, headers, message }: GithubAnswer): string {
  if (status !== 403 || !/not accessible|permission/i.test(message)) return "";
  const named = headers["x-accepted-github-permissions"];
  const which = named === undefined ? "a permission it lacks" : `the permission ${named}`;
  return `. The app needs ${which}: grant it in the app's settings, then accept it in the installation`;
}
