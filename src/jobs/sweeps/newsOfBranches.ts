import { integrationBranch } from "../../domain/ids.ts";
import type { Sha } from "../../domain/ids.ts";
import { isDryRun, isLiveRun } from "../../domain/run.ts";
import type { Run } from "../../domain/run.ts";
import { pushTopic } from "../../domain/topic.ts";
import { branchLock, ifUnlocked } from "../../store/lock.ts";
import { getRun } from "../../store/runs.ts";
import type { JobDeps } from "../handler.ts";
import { GHOST, onlyUntold } from "./missedNews.ts";
import type { Look, News } from "./missedNews.ts";

type Deps = Pick<JobDeps, "store" | "git" | "enqueue">;

/** GitHub's SHA of a branch that is not there any more. */
const NOWHERE = "0".repeat(40);

/**
 * Integration branches that are elsewhere than their run knows, and bases that moved on. Read with git: no API calls, one
 * question to the git server for each live run and each base.
 */
export async function newsOfBranches(look: Look, deps: Deps): Promise<readonly News[]> {
  const live = look.runs.filter(({ state }) => isLiveRun(state));
  const found: News[] = [];
  for (const run of live) found.push(...(await headNews(run, look, deps)));
  const bases = new Set(live.flatMap(({ base }) => base?.branch ?? []));
  for (const branch of bases) found.push(...(await baseNews(branch, { runs: live, look }, deps)));
  return onlyUntold(found, deps);
}

/**
 * Under the branch's lock, as the run's own pushes are: while somebody has it there is no telling, and no need to. Who reads
 * the branch next finds out anyway, so it is read in any case.
 */
async function headNews({ id }: Run, look: Look, deps: Deps): Promise<readonly News[]> {
  const tip = await ifUnlocked(deps.store.knex, branchLock(id), async () => {
    const run = await getRun(deps.store.knex, id);
    if (run.head === null || isDryRun(run)) return { moved: null };
    const actual = await deps.git.remoteTip(run.repository, integrationBranch(id));
    if (actual === run.head) return { moved: null };
    await deps.store.knex.transaction(async (tx) => deps.enqueue(tx, { kind: "watch_head", runId: id }));
    return { moved: actual ?? NOWHERE };
  });
  return tip === null || tip.moved === null ? [] : [pushNews(integrationBranch(id), tip.moved, look)];
}

async function baseNews(
  branch: string,
  { runs, look }: { readonly runs: readonly Run[]; readonly look: Look },
  { git }: Deps,
): Promise<readonly News[]> {
  const tip: Sha | null = await git.remoteTip(look.repository, branch);
  const isKnown = runs
    .filter(({ base }) => base?.branch === branch)
    .every(({ base, verifiedBase }) => (verifiedBase ?? base?.sha) === tip);
  return tip === null || isKnown ? [] : [pushNews(branch, tip, look)];
}

/** Who pushed, and when, a branch does not say. */
function pushNews(branch: string, after: string, { repository, until }: Look): News {
  const ref = `refs/heads/${branch}`;
  const told = { ref, before: NOWHERE, after, created: false, deleted: after === NOWHERE, forced: false, commits: [] };
  return {
    topic: pushTopic({ repositoryId: repository.id, ref, after }),
    event: "push",
    action: null,
    at: until.toISOString(),
    told,
    sender: GHOST,
  };
}
