import type { Knex } from "knex";
import type { Repository } from "../domain/repository.ts";
import type { Run } from "../domain/run.ts";
import type { InboxDeps } from "./deps.ts";
import { answerId, owe } from "./owe.ts";

/** A label that somebody set or took off. `number`: the issue's or pull request's; `run`: the one it concerns. */
export interface LabelChange {
  readonly repository: Repository;
  readonly number: number;
  readonly run: Run | null;
  readonly label: string;
  readonly by: string;
}

/** Owes one line that says why a change of a label had no effect. `takeOff`: the label goes as well. */
export async function refuseLabel(
  tx: Knex,
  {
    change,
    why,
    takeOff,
  }: { readonly change: Omit<LabelChange, "run">; readonly why: string; readonly takeOff: boolean },
  { store, deliveryId }: Pick<InboxDeps, "store" | "deliveryId">,
): Promise<void> {
  const { repository, number, label, by } = change;
  await owe(store, tx, {
    id: answerId(deliveryId, 0),
    repositoryId: repository.id,
    issueNumber: number,
    commentId: null,
    labelToRemove: takeOff ? label : null,
    answer: { kind: "refused", what: `${takeOff ? "label" : "taking off the label"} ${label}`, by, why },
  });
}
