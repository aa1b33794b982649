import type { Store } from "../store/store.ts";

/** What keeps this process from its work: `problem` is fit for strangers, `cause` for the log. */
export interface ReadinessProblem {
  readonly problem: string;
  readonly cause?: unknown;
}

/** Past this the database counts as gone. */
const probeWithinMs = 3_000;

/**
 * A probe of what the work needs; it finds no problems when all is well.
 *
 * Probes of any number of callers at one time are one probe, so that a flood of them cannot eat the connections.
 */
export function readiness(
  store: Store,
  pendingMigrations: () => Promise<readonly string[]> = async () => [],
): () => Promise<readonly ReadinessProblem[]> {
  let probing: Promise<readonly ReadinessProblem[]> | undefined;
  return async () => {
    probing ??= probe(store, pendingMigrations).finally(() => {
      probing = undefined;
    });
    return probing;
  };
}

async function probe(
  store: Store,
  pendingMigrations: () => Promise<readonly string[]>,
): Promise<readonly ReadinessProblem[]> {
  try {
    await store.knex.raw("select 1").timeout(probeWithinMs);
  } catch (cause) {
    return [{ problem: "the database does not answer", cause }];
  }
  try {
    const pending = await pendingMigrations();
    if (pending.length === 0) return [];
    return [{ problem: `migrations are missing; run autopack migrate: ${pending.join(", ")}` }];
  } catch (cause) {
    return [{ problem: "the database's migrations cannot be read", cause }];
  }
}
