import type { Sha } from "../domain/ids.ts";
import { checkRuns } from "../projections/checkRuns.ts";
import type { CheckRun } from "../domain/checkRun.ts";
import { supersededCheck } from "../projections/promotionCheck.ts";
import { savePublication } from "../store/publications.ts";
import type { Publication } from "../store/publications.ts";
import { digestOf, isPublished, publish, tagOf } from "./publish.ts";
import type { Target } from "./publish.ts";
import type { Showing, Step } from "./showing.ts";

const PROMOTION = "check:promotion:";

/** The head's check runs, and the end of those that are in progress on a head that has been left behind. */
export function showChecks(showing: Showing): readonly Step[] {
  const { view, ledger } = showing;
  const current = checkRuns(view)
    .map((check) => target(check, showing))
    .filter((check) => !isPublished(check, ledger))
    .map((check) => async () => publish(check, ledger));
  const superseded = [...ledger.published.values()]
    .filter((publication) => isLeftOpen(publication, view.run.head))
    .map((publication) => async () => supersede(publication, showing));
  return [...current, ...superseded];
}

function target(check: CheckRun, { forge }: Showing): Target {
  const [, name = ""] = check.externalId.split("/");
  return {
    name: `check:${name}:${check.sha}`,
    digest: digestOf(check.status, JSON.stringify(check)),
    create: async () => forge.createCheck(check),
    update: async (id) => forge.updateCheck(id, check),
    find: async () => forge.findCheck(check),
  };
}

function isLeftOpen(publication: Publication, head: Sha | null): boolean {
  const { target: name } = publication;
  return name.startsWith(PROMOTION) && name !== PROMOTION + head && tagOf(publication) !== "completed";
}

/** A check run that an earlier try may or may not have made is looked for, but not made: nobody misses it. */
async function supersede(publication: Publication, { view, forge, ledger }: Showing): Promise<void> {
  const check = supersededCheck(view.run, publication.target.slice(PROMOTION.length) as Sha);
  const id = publication.remoteId ?? (await forge.findCheck(check));
  if (id !== null) await forge.updateCheck(id, check);
  const digest = digestOf(check.status, JSON.stringify(check));
  await savePublication(ledger.db, ledger.runId, { target: publication.target, digest, remoteId: id });
}
