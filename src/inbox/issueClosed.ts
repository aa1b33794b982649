import { isLiveRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { advance } from "../engine/advance.ts";
import { findRunOfIssue } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { issueMoved, repositoryOf } from "./payloads.ts";

/** A closed issue ends its live run after a grace; Autopack's own merge closes issues too, and ends the run by itself. */
export async function issueClosed(raw: unknown, deps: InboxDeps): Promise<void> {
  const moved = await runConcerned(raw, deps);
  if (moved === null || !isLiveRun(moved.run.state)) return;
  await advance(deps.store, moved.run.id, { kind: "issue_closed", by: moved.by });
}

/** Opened again within the grace: the run goes on. */
export async function issueReopened(raw: unknown, deps: InboxDeps): Promise<void> {
  const moved = await runConcerned(raw, deps);
  if (moved === null) return;
  await advance(deps.store, moved.run.id, { kind: "issue_reopened", by: moved.by });
}

/** An issue that was deleted, or moved to another repository, does not come back: its run ends now. */
export async function issueGone(raw: unknown, deps: InboxDeps): Promise<void> {
  const moved = await runConcerned(raw, deps);
  if (moved === null || !isLiveRun(moved.run.state)) return;
  const { closing } = await advance(deps.store, moved.run.id, { kind: "issue_closed", by: moved.by });
  if (closing !== null) await advance(deps.store, moved.run.id, { kind: "closing_expired", epoch: closing.epoch });
}

async function runConcerned(raw: unknown, deps: InboxDeps): Promise<{ readonly run: Run; readonly by: string } | null> {
  const payload = issueMoved.parse(raw);
  if (payload.issue.pull_request !== null) return null;
  if (payload.sender.login === (await deps.forges.botLogin())) return null;
  const place = { repositoryId: repositoryOf(payload).id, number: payload.issue.number };
  const run = await findRunOfIssue(deps.store.knex, place);
  return run === null ? null : { run, by: payload.sender.login };
}
