import { enqueue } from "../store/queue.ts";
import { maySetRight } from "../store/labelCorrections.ts";
import { savePublication } from "../store/publications.ts";
import { findRunOfIssue } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";

/**
 * One of Autopack's own labels was changed by a person: what is known to be on the issue follows, and the projection sets the
 * label right. Against somebody who changes it again at once, as a program does, it is left until the run changes.
 */
export async function correctLabel(
  label: { readonly repositoryId: number; readonly number: number; readonly name: string; readonly isOn: boolean },
  { store }: InboxDeps,
): Promise<void> {
  const { repositoryId, number, name, isOn } = label;
  await store.knex.transaction(async (tx) => {
    const run = await findRunOfIssue(tx, { repositoryId, number });
    if (run === null) return;
    await savePublication(tx, run.id, { target: `label:${name}`, digest: isOn ? "on" : "off", remoteId: null });
    if (await maySetRight(tx, run.id, name)) await enqueue(store, tx, { kind: "project_run", runId: run.id });
  });
}
