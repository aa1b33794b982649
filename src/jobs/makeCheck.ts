import type { Knex } from "knex";
import type { CheckRun } from "../domain/checkRun.ts";
import type { CheckName } from "../domain/externalId.ts";
import type { Forge } from "../ports/forge.ts";
import { beginCommitCheck, dropCommitCheck, findCommitCheck, saveCommitCheck } from "../store/commitChecks.ts";
import { commitLock, withLock } from "../store/lock.ts";
import { bringAbout } from "./publish.ts";

/** Where a check run is made, and with what. */
export interface Making {
  readonly db: Knex;
  readonly forge: Forge;
  readonly repositoryId: number;
  readonly name: CheckName;
}

/**
 * Makes a run's check run, or takes over the one of that name which its commit has already: of another run with the same
 * base, or from when the commit was the head of a pull request that was none of Autopack's. A commit never has two of one name, or
 * GitHub would go by whichever is the newest.
 */
export async function makeCheck(check: CheckRun, { db, forge, repositoryId, name }: Making): Promise<number> {
  const place = { repositoryId, sha: check.sha, name };
  return withLock(db, commitLock(place), async () => {
    const known = await findCommitCheck(db, place);
    const target = {
      name: check.externalId,
      digest: "",
      create: async () => forge.createCheck(check),
      update: async (id: number) => forge.updateCheck(id, check),
      find: async () => forge.findCheck({ ...check, externalId: known?.externalId ?? check.externalId }),
    };
    const { externalId } = check;
    return bringAbout(target, {
      known: known ?? undefined,
      begin: async () => beginCommitCheck(db, place, { externalId }),
      forget: async () => dropCommitCheck(db, place),
      save: async ({ remoteId }) => saveCommitCheck(db, place, { externalId, remoteId, digest: null }),
    });
  });
}
