import { saveRepository } from "../store/repositories.ts";
import { runsLostIn } from "../store/runsOfRepository.ts";
import type { InboxDeps } from "./deps.ts";
import { repositoryOf, scoped } from "./payloads.ts";
import { endRuns, settleAccess, showRuns } from "./settleAccess.ts";

/** A repository that was renamed, made private or given another default branch keeps its id; what is known of it follows. */
export async function repositoryChanged(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = scoped.safeParse(raw);
  if (payload.success) await saveRepository(deps.store.knex, repositoryOf(payload.data));
}

/** Runs follow a repository to its new owner where the app is installed there, and end where it is not. */
export async function repositoryTransferred(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = scoped.safeParse(raw);
  if (!payload.success) return;
  const repository = repositoryOf(payload.data);
  await saveRepository(deps.store.knex, repository);
  await settleAccess(repository, payload.data.sender.login, deps);
}

/** Nothing can be written to an archived repository, so its runs end. Their work stays where it is. */
export async function repositoryArchived(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = scoped.safeParse(raw);
  if (!payload.success) return;
  await endRuns(payload.data.repository, { why: "repository_archived", by: payload.data.sender.login }, deps);
}

/** The runs that its archiving ended can now be shown as what they are. */
export async function repositoryUnarchived(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = scoped.safeParse(raw);
  if (!payload.success) return;
  const repository = repositoryOf(payload.data);
  await saveRepository(deps.store.knex, repository);
  await showRuns(await runsLostIn(deps.store.knex, repository.id, ["repository_archived"]), deps);
}

export async function repositoryDeleted(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = scoped.safeParse(raw);
  if (!payload.success) return;
  await endRuns(payload.data.repository, { why: "repository_gone", by: payload.data.sender.login }, deps);
}
