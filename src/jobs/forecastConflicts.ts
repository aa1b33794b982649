import type { RunId, Sha } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import { dropForecasts, forecastsOf, liveHeads, saveForecasts } from "../store/forecasts.ts";
import type { ForecastPair, LiveHead, PairForecast } from "../store/forecasts.ts";
import { forecastLock, withLock } from "../store/lock.ts";
import { getRepository } from "../store/repositories.ts";
import type { JobDeps, JobHandler } from "./handler.ts";

/** Runs of a repository that are held against each other: 190 merges of two, and 20 with the base. */
const MAX_RUNS = 20;

/** Paths kept of one conflict. */
const MAX_PATHS = 50;

/**
 * Merges the newest live runs of a repository with each other and with their bases, in the object store only, and has those
 * shown for which the outcome is news.
 *
 * The same two commits are never merged twice. GitHub is asked nothing: heads are known, and bases are fetched with git.
 */
export const forecastConflicts: JobHandler<"forecast_conflicts"> = async ({ repositoryId }, deps) => {
  const { knex } = deps.store;
  const repository = await getRepository(knex, repositoryId);
  await withLock(knex, forecastLock(repositoryId), async () => {
    const known = new Map((await forecastsOf(knex, repositoryId)).map((forecast) => [keyOf(forecast), forecast]));
    const live = await liveHeads(knex, repositoryId, MAX_RUNS);
    if (live.length === 0 && known.size === 0) return;
    const pairs = live.length === 0 ? [] : await pairsOf(repository, live, deps);
    const fresh: PairForecast[] = [];
    for (const pair of pairs.filter((one) => !isKnown(one, known.get(keyOf(one)))))
      fresh.push({ ...pair, paths: await conflictsOf(repository, pair, deps) });
    await record({ known, pairs, fresh }, deps);
  });
};

/** Every two live runs, the smaller id first as rows have it, and each run with the tip of its base. */
async function pairsOf(
  repository: Repository,
  live: readonly LiveHead[],
  { git }: JobDeps,
): Promise<readonly ForecastPair[]> {
  await git.fetch(repository);
  const tips = new Map<string, Sha | null>();
  for (const { baseBranch } of live)
    if (!tips.has(baseBranch)) tips.set(baseBranch, await git.tip(repository, baseBranch));
  const there: LiveHead[] = [];
  // A head that was taken away again by force, or whose branch is gone, is somebody else's to notice.
  for (const run of live) if (await git.has(repository, [run.head])) there.push(run);
  const ordered = there.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const withBase = ordered.flatMap(({ id, head, baseBranch }): readonly ForecastPair[] => {
    const tip = tips.get(baseBranch) ?? null;
    return tip === null ? [] : [{ run: id, other: null, head, otherHead: tip }];
  });
  const withOthers = ordered.flatMap((run, index) =>
    ordered.slice(index + 1).map((other) => ({ run: run.id, other: other.id, head: run.head, otherHead: other.head })),
  );
  return [...withBase, ...withOthers];
}

async function conflictsOf(repository: Repository, pair: ForecastPair, { git }: JobDeps): Promise<readonly string[]> {
  const merged = await git.merge(repository, { ours: pair.head, theirs: pair.otherHead });
  return merged.kind === "conflict" ? merged.paths.slice(0, MAX_PATHS) : [];
}

/** What was found and what of it is out of date, with the jobs that show it, in one transaction. */
async function record(
  found: {
    readonly known: ReadonlyMap<string, PairForecast>;
    readonly pairs: readonly ForecastPair[];
    readonly fresh: readonly PairForecast[];
  },
  deps: JobDeps,
): Promise<void> {
  const { known, pairs, fresh } = found;
  const current = new Set(pairs.map(keyOf));
  const gone = [...known.values()].filter((forecast) => !current.has(keyOf(forecast)));
  if (gone.length === 0 && fresh.length === 0) return;
  const isNews = (forecast: PairForecast): boolean =>
    JSON.stringify(known.get(keyOf(forecast))?.paths ?? []) !== JSON.stringify(forecast.paths);
  const news = [...fresh.filter(isNews), ...gone.filter(({ paths }) => paths.length > 0)];
  await deps.store.knex.transaction(async (tx) => {
    await saveForecasts(tx, fresh);
    await dropForecasts(tx, gone);
    for (const runId of sidesOf(news)) await deps.enqueue(tx, { kind: "project_run", runId });
  });
}

function sidesOf(pairs: readonly ForecastPair[]): ReadonlySet<RunId> {
  return new Set(pairs.flatMap(({ run, other }) => (other === null ? [run] : [run, other])));
}

function keyOf({ run, other }: Pick<ForecastPair, "run" | "other">): string {
  return `${run} ${other ?? ""}`;
}

function isKnown(pair: ForecastPair, known: PairForecast | undefined): boolean {
  return known?.head === pair.head && known.otherHead === pair.otherHead;
}
