import { saveRepository } from "../store/repositories.ts";
import type { InboxDeps } from "./deps.ts";
import { repositoryOf, scoped } from "./payloads.ts";

/** A repository that was renamed, transferred or made private keeps its id; what is known of it follows. */
export async function repositoryChanged(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = scoped.safeParse(raw);
  if (payload.success) await saveRepository(deps.store.knex, repositoryOf(payload.data));
}
