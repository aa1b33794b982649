import { startLabel } from "../commands/labels.ts";
import type { Answer } from "../domain/answer.ts";
import { roleAtLeast } from "../domain/role.ts";
import { createRun } from "../engine/createRun.ts";
import { isStartedBy } from "../store/runs.ts";
import { saveRepository } from "../store/repositories.ts";
import type { InboxDeps } from "./deps.ts";
import { answerId, owe } from "./owe.ts";
import { issueLabeled, repositoryOf } from "./payloads.ts";
import { newRunId } from "./newRunId.ts";

/** A start label on an issue starts a run, when whoever set it may write. A refused label is answered and taken off. */
export async function labeled(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = issueLabeled.parse(raw);
  const label = payload.label?.name ?? "";
  if (startLabel(label) === null || payload.issue.pull_request !== null) return;
  if (payload.sender.login === (await deps.forges.botLogin())) return;
  const repository = repositoryOf(payload);
  const { number: issueNumber, title, body, state } = payload.issue;
  const requester = payload.sender.login;
  const role = await deps.forge.roleOf(requester);
  await deps.store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    const refuse = async (why: string): Promise<void> => {
      const answer: Answer = { kind: "refused", what: `label ${label}`, by: requester, why };
      await owe(deps.store, tx, {
        id: answerId(deps.deliveryId, 0),
        repositoryId: repository.id,
        issueNumber,
        commentId: null,
        labelToRemove: label,
        answer,
      });
    };
    if (!roleAtLeast(role, "write")) return refuse("starting a run needs write access to the repository");
    if (state !== "open") return refuse("the issue is closed");
    const request = { issueNumber, title, body, requester };
    const started = await createRun(deps.store, tx, {
      id: newRunId(issueNumber, deps.clock),
      repository,
      request,
      delivery: deps.deliveryId,
    });
    if (!started && !(await isStartedBy(tx, deps.deliveryId))) await refuse("a run is at work on this issue already");
  });
}
