import { Failure } from "../../domain/failure.ts";
import type { SurveyedRepository } from "../../ports/survey.ts";
import { ifUnlocked, sweepLock } from "../../store/lock.ts";
import { sweptAt } from "../../store/repositories.ts";
import { getRun } from "../../store/runs.ts";
import { runsToSurvey } from "../../store/runsOfRepository.ts";
import { databaseTime, sweepCompleted, sweptUntil } from "../../store/sweeps.ts";
import type { JobDeps } from "../handler.ts";
import { bringNews } from "./missedNews.ts";
import type { Look } from "./missedNews.ts";
import { newsOfAccess } from "./newsOfAccess.ts";
import { newsOfBranches } from "./newsOfBranches.ts";
import { newsOfComments } from "./newsOfComments.ts";
import { newsOfIssues } from "./newsOfIssues.ts";
import { newsOfPulls } from "./newsOfPulls.ts";

/**
 * How much of what was looked at before is looked at again, in milliseconds: this clock and GitHub's may differ, and GitHub's
 * lists may be a little behind.
 */
const OVERLAP_MS = 5 * 60_000;

/** How old something is before its webhook counts as missing, in milliseconds. */
const ON_ITS_WAY_MS = 30_000;

/** What one sweep found. */
export interface StateSweep {
  readonly repositories: number;
  /** News that no webhook had told. */
  readonly news: number;
  /** Repositories that could not be looked at; the next sweep looks further back there. */
  readonly failed: number;
}

export type StateSweepDeps = Pick<JobDeps, "store" | "surveys" | "git" | "log" | "enqueue">;

/**
 * Compares what GitHub shows with what webhooks told, in every repository that the app is installed on, and puts what none
 * has told into the inbox, as the webhook that did not come. Null when another worker is at it.
 *
 * A repository where nothing happened and no run lives costs two conditional calls; a live run with a pull request three
 * more. May be interrupted anywhere: each repository is done or not, and doing it twice finds nothing new.
 */
export async function sweepState(
  deps: StateSweepDeps,
  { onItsWayMs = ON_ITS_WAY_MS, signal }: { readonly onItsWayMs?: number; readonly signal?: AbortSignal } = {},
): Promise<StateSweep | null> {
  return ifUnlocked(deps.store.knex, sweepLock("state"), async (lock) => {
    const startedAt = await databaseTime(deps.store.knex);
    const until = new Date(startedAt - onItsWayMs);
    const repositories = await deps.surveys.repositories();
    const counts = { news: await newsOfAccess(repositories, until, deps), failed: 0 };
    for (const repository of repositories.filter(({ isArchived }) => !isArchived)) {
      if (signal?.aborted === true) return { repositories: repositories.length, ...counts };
      await lock.confirm();
      const news = await lookAt(repository, until, deps);
      if (news === null) counts.failed += 1;
      else counts.news += news;
    }
    if (counts.failed === 0) await sweepCompleted(deps.store.knex, "state", until);
    if (counts.news > 0) deps.log.warn(counts, "GitHub shows what no webhook told; it is caught up on");
    return { repositories: repositories.length, ...counts };
  });
}

/** Null when it could not be looked at. @throws Failure when GitHub wants to be left alone for a while */
async function lookAt(repository: SurveyedRepository, until: Date, deps: StateSweepDeps): Promise<number | null> {
  const { knex } = deps.store;
  try {
    const before = (await sweptAt(knex, repository.id)) ?? (await sweptUntil(knex, "state"));
    const since = new Date(Math.min(before.getTime(), until.getTime()) - OVERLAP_MS);
    const runs = await Promise.all((await runsToSurvey(knex, repository.id)).map(async (id) => getRun(knex, id)));
    const survey = await deps.surveys.of(repository);
    const look: Look = { repository, survey, runs, since, until };
    const news = [
      ...(await newsOfIssues(look, deps)),
      ...(await newsOfComments(look, deps)),
      ...(await newsOfPulls(look, deps)),
      ...(await newsOfBranches(look, deps)),
    ];
    return await bringNews(news, { repository, lookedUntil: until }, deps);
  } catch (err) {
    if (err instanceof Failure && typeof err.retry === "object") throw err;
    deps.log.warn({ err, repository: repository.id }, "looking at a repository failed; the next sweep tries again");
    return null;
  }
}
