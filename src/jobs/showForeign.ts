import type { CheckRun } from "../domain/checkRun.ts";
import { FOREIGN } from "../domain/externalId.ts";
import type { CheckName } from "../domain/externalId.ts";
import type { Repository } from "../domain/repository.ts";
import { isFinal } from "../domain/run.ts";
import type { Forge } from "../ports/forge.ts";
import { groupPromotion, pullPromotion } from "../projections/foreignCheck.ts";
import { beginCommitCheck, dropCommitCheck, findCommitCheck, saveCommitCheck } from "../store/commitChecks.ts";
import { commitLock, withLock } from "../store/lock.ts";
import { getRepository } from "../store/repositories.ts";
import { runOfHead } from "../store/runOfHead.ts";
import { findRunOfPull } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { bringAbout } from "./publish.ts";
import { reviewConfig } from "./reviewConfig.ts";
import { checkDigest } from "./showChecks.ts";

/**
 * Concludes `autopack/promotion` where no run does: on the heads of pull requests that are none of Autopack's, and on merge
 * groups, so that it can be a required check. One call for each commit, and none when it says so already.
 */
export const showForeign: JobHandler<"show_foreign"> = async ({ repositoryId, sha, why, pullNumber }, deps) => {
  const repository = await getRepository(deps.store.knex, repositoryId);
  const run = pullNumber === null ? null : await findRunOfPull(deps.store.knex, { repositoryId, number: pullNumber });
  const means: Means = { deps, repository, forge: await deps.forges.of(repository) };
  if (why === "merge_group") return show("promotion", groupPromotion(sha, { pull: pullNumber, run }), means);
  if (run !== null && !isFinal(run.state)) return;
  await show("promotion", pullPromotion(sha, run), means);
  if (run !== null || pullNumber === null) return;
  const config = await reviewConfig({ repository, sha, why, pullNumber }, { deps, forge: means.forge });
  if (config !== null) await show("config", config, means);
};

interface Means {
  readonly deps: JobDeps;
  readonly repository: Repository;
  readonly forge: Forge;
}

/**
 * Writes a check run, unless the commit is one that a run answers for: else whoever opens a pull request from the head of a
 * run would make it green.
 */
async function show(name: CheckName, check: CheckRun, { deps, repository, forge }: Means): Promise<void> {
  const db = deps.store.knex;
  const { externalId, sha } = check;
  const place = { repositoryId: repository.id, sha, name };
  await withLock(db, commitLock(place), async () => {
    const known = await findCommitCheck(db, place);
    if (known !== null && !known.externalId.startsWith(`${FOREIGN}/`)) return;
    if (name === "promotion" && (await runOfHead(db, place)) !== null) return;
    const digest = checkDigest(check);
    if (known?.digest === digest) return;
    const target = {
      name: externalId,
      digest,
      create: async () => forge.createCheck(check),
      update: async (id: number) => forge.updateCheck(id, check),
      find: async () => forge.findCheck(check),
    };
    await bringAbout(target, {
      known: known ?? undefined,
      begin: async () => beginCommitCheck(db, place, { externalId }),
      forget: async () => dropCommitCheck(db, place),
      save: async (made) => saveCommitCheck(db, place, { externalId, ...made }),
    });
  });
}
