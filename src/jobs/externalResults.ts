import type { AttemptId, RunId } from "../domain/ids.ts";
import type { ExternalResult, ExternalResults } from "../ports/externalResults.ts";
import type { Changes } from "../store/changes.ts";
import { externalResultOf, offerExternally, withdrawExternally } from "../store/externalAttempts.ts";
import type { Store } from "../store/store.ts";

/** A result whose announcement was missed is seen after this long, in milliseconds. */
const LOOK_AGAIN_MS = 5000;

/** Offers and results in the database, so that any web process can take what any worker waits for. */
export function externalResults({ knex }: Pick<Store, "knex">, changes: Changes): ExternalResults {
  return {
    offer: async (offer) => offerExternally(knex, offer),
    withdraw: async (id) => withdrawExternally(knex, id),
    awaitResult: async (id, signal) =>
      new Promise((resolve) => {
        // The database may be away for a moment: the next look will tell.
        const look = (): void => {
          externalResultOf(knex, id).then(
            (found) => (found === null ? undefined : settle(found)),
            () => undefined,
          );
        };
        const unsubscribe = changes.subscribe(runOf(id), look);
        const timer = setInterval(look, LOOK_AGAIN_MS);
        const stop = (): void => settle(null);

        function settle(found: ExternalResult | null): void {
          clearInterval(timer);
          unsubscribe();
          signal.removeEventListener("abort", stop);
          resolve(found);
        }
        signal.addEventListener("abort", stop);
        if (signal.aborted) settle(null);
        else look();
      }),
  };
}

/** `42-k3f9x2ab.1.2` is an attempt of run `42-k3f9x2ab`. */
function runOf(id: AttemptId): RunId {
  return id.slice(0, id.indexOf(".")) as RunId;
}
