import type { z } from "zod";
import type { Repository } from "../domain/repository.ts";
import { findRepositories, repositoriesOf, saveRepository } from "../store/repositories.ts";
import type { InboxDeps } from "./deps.ts";
import { installationChanged as schema } from "./payloads.ts";
import { settleAccess } from "./settleAccess.ts";

/** The app was uninstalled or suspended, or repositories were taken out: runs there end, unless the app may still act there. */
export async function accessLost(raw: unknown, deps: InboxDeps): Promise<void> {
  const { installation, repositories_removed: removed, sender } = schema.parse(raw);
  const db = deps.store.knex;
  const concerned =
    removed.length === 0
      ? await repositoriesOf(db, installation.id)
      : await findRepositories(
          db,
          removed.map(({ id }) => id),
        );
  for (const repository of concerned) await settleAccess(repository, sender.login, deps);
}

/**
 * The app was installed, resumed or given permissions, or repositories were put in: what Autopack knows of them follows, by
 * their id, to the installation and the names they have now.
 */
export async function accessGained(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = schema.parse(raw);
  const known = new Map((await concernedBy(payload, deps)).map((repository) => [repository.id, repository]));
  for (const named of [...payload.repositories, ...payload.repositories_added]) {
    const before = known.get(named.id);
    if (before === undefined) continue;
    const now = { ...before, ...named, installationId: payload.installation.id };
    known.set(now.id, now);
    await saveRepository(deps.store.knex, now);
  }
  for (const repository of known.values()) await settleAccess(repository, payload.sender.login, deps);
}

async function concernedBy(payload: z.infer<typeof schema>, { store }: InboxDeps): Promise<readonly Repository[]> {
  const named = [...payload.repositories, ...payload.repositories_added].map(({ id }) => id);
  // GitHub lists the repositories of a new installation only; the others are those that are known to be in it.
  const own = payload.repositories_added.length > 0 ? [] : await repositoriesOf(store.knex, payload.installation.id);
  return [...own, ...(await findRepositories(store.knex, named))];
}
