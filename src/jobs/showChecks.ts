import type { CheckRun } from "../domain/checkRun.ts";
import { readExternalId } from "../domain/externalId.ts";
import type { CheckName } from "../domain/externalId.ts";
import type { Sha } from "../domain/ids.ts";
import { checkRuns } from "../projections/checkRuns.ts";
import { supersededCheck } from "../projections/promotionCheck.ts";
import { checkTarget, readTarget, savePublication } from "../store/publications.ts";
import { makeCheck } from "./makeCheck.ts";
import { digestOf, isPublished, publish, tagOf } from "./publish.ts";
import type { Target } from "./publish.ts";
import type { Showing, Step } from "./showing.ts";

/** The head's check runs, and the end of those that are in progress and that nobody is going to conclude. */
export function showChecks(showing: Showing): readonly Step[] {
  const { view, ledger } = showing;
  const wanted = checkRuns(view).map((check) => target(check, showing));
  const current = wanted
    .filter((check) => !isPublished(check, ledger))
    .map((check) => async () => publish(check, ledger));
  const names = new Set(wanted.map(({ name }) => name));
  const superseded = [...ledger.published.values()].flatMap((publication) => {
    const place = readTarget(publication.target);
    const isOpen = place !== null && !names.has(publication.target) && tagOf(publication) !== "completed";
    return isOpen ? [async () => supersede(place, showing)] : [];
  });
  return [...current, ...superseded];
}

function target(check: CheckRun, { view, forge, ledger }: Showing): Target {
  const name = nameOf(check);
  const making = { db: ledger.db, forge, repositoryId: view.run.repository.id, name };
  return {
    name: checkTarget({ check: name, sha: check.sha }),
    digest: checkDigest(check),
    create: async () => makeCheck(check, making),
    update: async (id) => forge.updateCheck(id, check),
    find: async () => forge.findCheck(check),
  };
}

function nameOf({ externalId }: CheckRun): CheckName {
  const id = readExternalId(externalId);
  if (id === null) throw new Error(`${externalId} names no check run of ours`);
  return id.check;
}

export function checkDigest(check: CheckRun): string {
  return digestOf(check.status, JSON.stringify(check));
}

interface Place {
  readonly check: CheckName;
  readonly sha: Sha;
}

async function supersede(place: Place, { view, forge, ledger }: Showing): Promise<void> {
  await endCheck(supersededCheck(view.run, place.check, place.sha), { place, forge, ledger });
}

/** A check run that an earlier try may or may not have made is looked for, but not made: nobody misses it. */
export async function endCheck(
  check: CheckRun,
  { place, forge, ledger }: Pick<Showing, "forge" | "ledger"> & { readonly place: Place },
): Promise<void> {
  const name = checkTarget(place);
  const id = ledger.published.get(name)?.remoteId ?? (await forge.findCheck(check));
  if (id !== null) await forge.updateCheck(id, check);
  await savePublication(ledger.db, ledger.runId, { target: name, digest: checkDigest(check), remoteId: id });
}
