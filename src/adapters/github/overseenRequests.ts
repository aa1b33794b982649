import type { ProbotOctokit } from "probot";
import type { ApiRequest } from "../../domain/apiRequest.ts";
import { NotSent } from "../../domain/notSent.ts";
import type { Governor } from "../../ports/governor.ts";
import type { CallCounter } from "./callCounter.ts";
import type { ConditionalCache } from "./conditionalCache.ts";
import { readAnswer } from "./githubFailure.ts";
import { limitOf } from "./limitOf.ts";
import { graphqlMessages, isTokenExchange, requestKind, resourceOf } from "./requestKind.ts";
import type { Outgoing } from "./requestKind.ts";

/** What sees to the requests of a process. */
export interface Oversight {
  readonly governor: Governor;
  readonly counter: CallCounter;
  readonly cache: ConditionalCache;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

type Send<A> = (options: Outgoing) => A | Promise<A>;

/**
 * Sees every request of an Octokit go out: it waits for its turn, reads are conditional, calls are counted, and a pause that
 * GitHub asks for is passed on to all workers. Exchanges of the App's key for a token are the App's own, and let through.
 *
 * @throws NotSent where a request has to wait for long
 */
export function overseeRequests(
  octokit: ProbotOctokit,
  installationId: number | null,
  { governor, counter, cache }: Oversight,
): void {
  async function counted<A extends Answer>(send: Send<A>, options: Outgoing): Promise<A> {
    try {
      const answer = await send(options);
      counter.note("call");
      await heed(answer, options);
      return answer;
    } catch (error) {
      if (error instanceof NotSent) throw error;
      counter.note(isNotModified(error) ? "conditional" : "call");
      const answer = readAnswer(error);
      if (answer !== null) await pauseFor(answer);
      throw error;
    }
  }

  /** GraphQL refuses with a 200. */
  async function heed(answer: Answer, options: Outgoing): Promise<void> {
    const messages = resourceOf(options) === "graphql" ? graphqlMessages(answer.data) : "";
    const refused = /rate limit/i.test(messages);
    await pauseFor({ ...answer, status: refused ? 403 : answer.status, message: messages });
  }

  async function pauseFor(answer: Parameters<typeof limitOf>[0]): Promise<void> {
    const limit = limitOf(answer);
    if (limit !== null && installationId !== null) await governor.pause(installationId, limit);
  }

  async function conditional<A extends Answer>(send: Send<A>, options: Outgoing): Promise<A> {
    const { url, headers } = octokit.request.endpoint.parse(options);
    const key = [installationId, headers.accept, url].join(" ");
    const known = cache.find(key);
    if (known === undefined) return keep(key, await counted(send, options));
    try {
      // Written into the options, as the hooks below this one are given the same object whatever `send` is called with.
      options.headers["if-none-match"] = known.etag;
      return keep(key, await counted(send, options));
    } catch (error) {
      const answer = isNotModified(error) ? readAnswer(error) : null;
      if (answer === null) throw error;
      const headersNow = { ...answer.headers, etag: known.etag, ...(known.link && { link: known.link }) };
      const same: Answer = { status: known.status, headers: headersNow, data: JSON.parse(known.body) };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same answer as when it was kept, of the same request
      return { ...same, url } as unknown as A;
    }
  }

  function keep<A extends Answer>(key: string, answer: A): A {
    const { etag, link } = answer.headers;
    const body = typeof etag === "string" ? asText(answer.data) : null;
    if (typeof etag === "string" && body !== null)
      cache.keep(key, { etag, status: answer.status, body, link: typeof link === "string" ? link : undefined });
    return answer;
  }

  octokit.hook.wrap("request", async (send, options) => {
    if (isTokenExchange(options)) return send(options);
    const kind: ApiRequest["kind"] = requestKind(options);
    if (installationId !== null) await governor.admit(installationId, { kind, resource: resourceOf(options) });
    return options.method === "GET" && installationId !== null ? conditional(send, options) : counted(send, options);
  });
}

/** Null for what is no JSON, such as numbers beyond those that JavaScript has, which Octokit reads as `bigint`. */
function asText(data: unknown): string | null {
  try {
    return typeof data === "object" ? JSON.stringify(data) : null;
  } catch {
    return null;
  }
}

function isNotModified(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 304;
}
