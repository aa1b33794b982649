import type { RunId } from "../domain/ids.ts";
import { fullName } from "../domain/repository.ts";
import { advance } from "../engine/advance.ts";
import { findPromotedRuns } from "../store/promotedRuns.ts";
import { enqueue } from "../store/queue.ts";
import { findRun, findRunsOnBase } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { pushed, repositoryOf } from "./payloads.ts";
import { revertedBy } from "./revertedBy.ts";

const INTEGRATION_REF = /^refs\/heads\/autonomous\/([0-9]+-[a-z0-9]{8})$/;

/** A push to an integration branch or to a base concerns runs. It is only a hint: what is true is read from the remote. */
export async function push(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = pushed.parse(raw);
  const integration = INTEGRATION_REF.exec(payload.ref)?.[1];
  if (integration !== undefined) {
    if (payload.sender.login === (await deps.forges.botLogin())) return;
    const run = await findRun(deps.store.knex, integration as RunId);
    if (run?.repository.id !== payload.repository.id) return;
    await deps.store.knex.transaction(async (tx) => enqueue(deps.store, tx, { kind: "watch_head", runId: run.id }));
    return;
  }
  const branch = payload.ref.replace(/^refs\/heads\//, "");
  const repository = repositoryOf(payload);
  const runs = await findRunsOnBase(deps.store.knex, { repositoryId: repository.id, branch });
  if (runs.length > 0)
    await enqueue(deps.store, deps.store.knex, { kind: "forecast_conflicts", repositoryId: payload.repository.id });
  for (const runId of runs) await advance(deps.store, runId, { kind: "base_moved" });
  for (const { by: sha, commits, pulls } of revertedBy(payload.commits, fullName(repository))) {
    const taken = await findPromotedRuns(deps.store.knex, { repositoryId: repository.id, branch, commits, pulls });
    const by = payload.sender.login;
    for (const runId of taken) await enqueue(deps.store, deps.store.knex, { kind: "note_revert", runId, sha, by });
  }
}
