import { isFinal } from "../domain/run.ts";
import { advance } from "../engine/advance.ts";
import { findRunOfIssue } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { issueEdited as schema, repositoryOf } from "./payloads.ts";

/**
 * An issue whose title or text was changed: its run hears how it reads now. That is read from GitHub, as of two edits the
 * earlier one's webhook may come last. It is never obeyed; what was pinned stays.
 */
export async function issueEdited(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = schema.parse(raw);
  const { issue, changes, sender } = payload;
  if (issue.pull_request !== null || (changes.title === undefined && changes.body === undefined)) return;
  if (sender.login === (await deps.forges.botLogin())) return;
  const run = await findRunOfIssue(deps.store.knex, { repositoryId: repositoryOf(payload).id, number: issue.number });
  if (run === null || isFinal(run.state)) return;
  const now = await deps.forge.findIssue(issue.number);
  if (now === null) return;
  await advance(deps.store, run.id, { kind: "issue_edited", by: sender.login, title: now.title, body: now.body });
}
