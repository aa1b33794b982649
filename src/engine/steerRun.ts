import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import { steer } from "../domain/steering.ts";
import type { Steering, SteeringCommand } from "../domain/steering.ts";
import type { Run } from "../domain/run.ts";
import { lockRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";
import { apply } from "./advance.ts";

/** What is to be done for a person, and who hears what came of it. */
interface SteeringOrder {
  readonly command: SteeringCommand;
  /**
   * What speaks against the command beside the run's own rules, read while the run is held: one line, or `done` for an
   * order that was carried out before, of which nothing is heard again. Null: nothing.
   */
  readonly objection?: (tx: Knex, run: Run) => Promise<{ readonly why: string } | "done" | null>;
  readonly heard: (tx: Knex, steering: Steering) => Promise<void>;
}

/**
 * Judges a person's command against the run as it stands and, when it is accepted, applies it.
 *
 * `heard` hears the outcome in the same transaction, so that a command and its answer cannot come apart.
 */
export async function steerRun(store: Store, runId: RunId, order: SteeringOrder): Promise<void> {
  await store.knex.transaction(async (tx) => {
    const before = await lockRun(tx, runId);
    const objection = (await order.objection?.(tx, before)) ?? null;
    if (objection === "done") return;
    const steering: Steering =
      objection === null ? steer(before, order.command) : { kind: "refused", why: objection.why };
    if (steering.kind === "accepted") await apply(store, tx, { before, event: steering.event });
    await order.heard(tx, steering);
  });
}
