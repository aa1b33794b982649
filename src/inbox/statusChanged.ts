import type { InboxDeps } from "./deps.ts";
import { lookAtCi } from "./lookAtCi.ts";
import { repositoryOf, statusChanged as schema } from "./payloads.ts";

/** Somebody gave a commit a status. Whoever waits for checks of it looks now; what it says is read from GitHub then. */
export async function statusChanged(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = schema.parse(raw);
  await lookAtCi({ repositoryId: repositoryOf(payload).id, sha: payload.sha }, deps);
}
