import { ProbotOctokit } from "probot";
import { z } from "zod";
import { conditionalCache } from "./conditionalCache.ts";
import { overseeRequests } from "./overseenRequests.ts";
import type { Oversight } from "./overseenRequests.ts";

/** How long one request to GitHub may take, in milliseconds. Its own limit is 10 s. */
const TIMEOUT_MS = 30_000;

/** `fetch` that gives up after 30 s, so that a dead connection is a failure and not a job that hangs. */
export async function timedFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  return fetch(input, { ...init, signal });
}

type Options = NonNullable<ConstructorParameters<typeof ProbotOctokit>[0]>;

/**
 * Probot gives the requests for tokens no address: they would go to api.github.com from wherever the app is.
 */
function atHome({ auth, baseUrl }: Options): unknown {
  if (auth?.request === undefined || baseUrl === undefined) return auth;
  return { ...auth, request: auth.request.defaults({ baseUrl }) };
}

/**
 * Probot's Octokit without its retries and its throttling.
 *
 * It would repeat a POST whose answer was lost, and so double a comment; waiting is the queue's business. It is a function
 * of the options because Probot gives throttling options of its own to each instance, over plain defaults.
 */
const AutopackOctokit = ProbotOctokit.defaults((options: Options) => ({
  ...options,
  auth: atHome(options),
  retry: { enabled: false },
  throttle: { enabled: false },
}));

/** To be spread into `new Probot(…)`: every request, those for tokens too, is sent once and given up after 30 s. */
export const probotGithubOptions = { Octokit: AutopackOctokit, request: { fetch: timedFetch } } as const;

/** The same, with every request overseen: for a process that works for installations. */
export function overseenGithubOptions(oversight: Omit<Oversight, "cache">) {
  const cache = conditionalCache();
  const Octokit = AutopackOctokit.plugin((octokit, options) => {
    // Applied to what AutopackOctokit makes, which the type of a plugin does not know.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    overseeRequests(octokit as ProbotOctokit, installationOf(options.auth), { ...oversight, cache });
  });
  return { Octokit, request: { fetch: timedFetch } } as const;
}

const installationAuth = z.object({ installationId: z.int() });

/** Null for the App itself, which GitHub limits apart. */
function installationOf(auth: unknown): number | null {
  const parsed = installationAuth.safeParse(auth);
  return parsed.success ? parsed.data.installationId : null;
}
