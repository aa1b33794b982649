import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import { steer } from "../domain/steering.ts";
import type { Steering, SteeringCommand } from "../domain/steering.ts";
import { lockRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";
import { apply } from "./advance.ts";

/**
 * Judges a person's command against the run as it stands and, when it is accepted, applies it.
 *
 * `heard` hears the outcome in the same transaction, so that a command and its answer cannot come apart.
 */
export async function steerRun(
  store: Store,
  runId: RunId,
  order: { readonly command: SteeringCommand; readonly heard: (tx: Knex, steering: Steering) => Promise<void> },
): Promise<void> {
  await store.knex.transaction(async (tx) => {
    const before = await lockRun(tx, runId);
    const steering = steer(before, order.command);
    if (steering.kind === "accepted") await apply(store, tx, { before, event: steering.event });
    await order.heard(tx, steering);
  });
}
