import { START_LABELS, labels } from "../projections/labels.ts";
import { labelsOn, savePublication } from "../store/publications.ts";
import { findRunOfIssue } from "../store/runs.ts";
import type { Showing, Step } from "./showing.ts";

/**
 * Labels to be set and taken off. Only an issue's newest run has a say.
 *
 * What is on the issue is known from what its runs have written, and from the webhooks of people's own changes. Start labels
 * are noted as being there when a run starts, and so are taken off once a run: a person may set one again.
 */
export async function showLabels({ view, forge, ledger }: Showing): Promise<readonly Step[]> {
  const { run } = view;
  const { db, runId } = ledger;
  const issue = { repositoryId: run.repository.id, number: run.request.issueNumber };
  const wanted = labels(run);
  const on = await labelsOn(db, issue);
  const add = wanted.add.filter((label) => !on.has(label.name));
  const remove = [...START_LABELS, ...wanted.remove].filter((name) => on.has(name));
  if (add.length + remove.length === 0 || (await findRunOfIssue(db, issue))?.id !== runId) return [];

  const save = async (name: string, digest: "on" | "off"): Promise<void> =>
    savePublication(db, runId, { target: `label:${name}`, digest, remoteId: null });
  const removals = remove.map((name) => async () => {
    await forge.removeLabel(issue.number, name);
    await save(name, "off");
  });
  const addition = async (): Promise<void> => {
    await forge.addLabels(issue.number, add);
    for (const { name } of add) await save(name, "on");
  };
  return [...removals, ...(add.length > 0 ? [addition] : [])];
}
