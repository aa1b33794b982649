import { z } from "zod";
import type { ObservedCheck } from "../../domain/ciChecks/observedCheck.ts";
import { cutText, plainBlock, plainLine } from "../../domain/plainText.ts";
import type { Forge } from "../../ports/forge.ts";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

const PER_PAGE = 100;
/** GitHub lists no more than the 1000 newest suites of a commit; this is twice as many check runs as it takes to fill them. */
const MAX_PAGES = 20;
/** Kept of what a check says, in characters: as much as is shown of a command. */
const MAX_SUMMARY = 8000;
/** GitHub cuts contexts there; names of check runs are not documented to be cut. */
const MAX_NAME = 255;

const time = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

const checkRun = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  started_at: time,
  completed_at: time,
  details_url: z.string().nullish(),
  html_url: z.string().nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
  check_suite: z.object({ id: z.int() }).nullish(),
  app: z.object({ slug: z.string().nullish() }).nullish(),
});
type CheckRunAnswer = z.infer<typeof checkRun>;

const checkRuns = z.object({ total_count: z.int(), check_runs: z.array(checkRun) });

const suites = z.object({
  total_count: z.int(),
  check_suites: z.array(z.object({ id: z.int(), status: z.string().nullish() })),
});

const status = z.object({
  id: z.int(),
  context: z.string(),
  state: z.enum(["error", "failure", "pending", "success"]),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
  created_at: time,
  updated_at: time,
});

const combined = z.object({ total_count: z.int(), statuses: z.array(status) });

/**
 * Everything that is not Autopack's own: check runs of all apps, and statuses.
 *
 * The suites are read only when one has nothing running in it: what runs tells of its suite already.
 */
export function observedChecks(repository: GithubRepository): Pick<Forge, "checksOf"> {
  const { octokit, owner, repo } = repository;

  async function runsOf(ref: string): Promise<readonly CheckRunAnswer[]> {
    const own = (await repository.botLogin()).replace(/\[bot\]$/, "");
    const runs = await allPages(async (page) => {
      const answer = await ask(repository, {
        doing: "reading the check runs of a commit",
        send: async () =>
          octokit.rest.checks.listForRef({ owner, repo, ref, filter: "latest", per_page: PER_PAGE, page }),
        answer: checkRuns,
      });
      return { items: answer.check_runs, total: answer.total_count };
    });
    return runs.filter((run) => run.app?.slug !== own);
  }

  async function openSuites(ref: string): Promise<ReadonlySet<number>> {
    const all = await allPages(async (page) => {
      const answer = await ask(repository, {
        doing: "reading the check suites of a commit",
        send: async () => octokit.rest.checks.listSuitesForRef({ owner, repo, ref, per_page: PER_PAGE, page }),
        answer: suites,
      });
      return { items: answer.check_suites, total: answer.total_count };
    });
    return new Set(all.filter((suite) => suite.status !== "completed").map(({ id }) => id));
  }

  async function statusesOf(ref: string): Promise<readonly z.infer<typeof status>[]> {
    return allPages(async (page) => {
      const answer = await ask(repository, {
        doing: "reading the statuses of a commit",
        send: async () => octokit.rest.repos.getCombinedStatusForRef({ owner, repo, ref, per_page: PER_PAGE, page }),
        answer: combined,
      });
      return { items: answer.statuses, total: answer.total_count };
    });
  }

  return {
    checksOf: async (sha) => {
      const runs = await runsOf(sha);
      const statuses = await statusesOf(sha);
      const open = hasIdleSuite(runs) ? await openSuites(sha) : new Set<number>();
      const busy = busySuites(runs);
      return [...runs.map((run) => fromRun(run, { open, busy })), ...statuses.map(fromStatus)];
    },
  };
}

async function allPages<T>(
  read: (page: number) => Promise<{ readonly items: readonly T[]; readonly total: number }>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { items, total } = await read(page);
    found.push(...items);
    if (items.length < PER_PAGE || found.length >= total) break;
  }
  return found;
}

function hasIdleSuite(runs: readonly CheckRunAnswer[]): boolean {
  const busy = busySuites(runs);
  return runs.some(({ check_suite: suite }) => suite?.id !== undefined && !busy.has(suite.id));
}

function busySuites(runs: readonly CheckRunAnswer[]): ReadonlySet<number | undefined> {
  return new Set(runs.filter((run) => run.status !== "completed").map((run) => run.check_suite?.id));
}

function fromRun(
  run: CheckRunAnswer,
  known: { readonly open: ReadonlySet<number>; readonly busy: ReadonlySet<number | undefined> },
): ObservedCheck {
  const suite = run.check_suite?.id ?? null;
  const summary = [run.output?.title ?? "", run.output?.summary ?? ""].filter((text) => text.trim() !== "");
  return {
    id: run.id,
    source: "check_run",
    name: plainLine(run.name, MAX_NAME),
    app: run.app?.slug ?? null,
    suite,
    completed: run.status === "completed",
    conclusion: run.conclusion ?? null,
    moreToCome: suite !== null && known.open.has(suite) && !known.busy.has(suite),
    startedAt: run.started_at,
    completedAt: run.completed_at,
    url: run.details_url ?? run.html_url ?? null,
    summary: cutText(plainBlock(summary.join("\n\n")), MAX_SUMMARY),
  };
}

/** A status has no length: it says when it was first given, and when last. */
function fromStatus(answer: z.infer<typeof status>): ObservedCheck {
  const completed = answer.state !== "pending";
  return {
    id: answer.id,
    source: "status",
    name: plainLine(answer.context, MAX_NAME),
    app: null,
    suite: null,
    completed,
    conclusion: completed ? answer.state : null,
    moreToCome: false,
    startedAt: answer.created_at,
    completedAt: completed ? answer.updated_at : null,
    url: answer.target_url ?? null,
    summary: plainBlock(answer.description ?? ""),
  };
}
