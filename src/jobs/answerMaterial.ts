import type { BacklogEntry } from "../domain/findings/backlogEntry.ts";
import type { RunId } from "../domain/ids.ts";
import { MAX_BACKLOG_ROWS } from "../projections/backlogAnswer.ts";
import type { AnswerMaterial } from "../projections/answerBody.ts";
import type { StoredAnswer } from "../store/answers.ts";
import { backlogOf } from "../store/backlogEntries.ts";
import { getRepository } from "../store/repositories.ts";
import { runCounts } from "../store/runCounts.ts";
import { findRun } from "../store/runs.ts";
import type { JobDeps } from "./handler.ts";
import { previewPlan } from "./previewPlan.ts";
import { viewOf } from "./projectRun.ts";

/** Reads what the words of an answer are made of, as it is now. */
export async function answerMaterial(owed: StoredAnswer, deps: JobDeps): Promise<AnswerMaterial> {
  const db = deps.store.knex;
  const { answer, repositoryId, issueNumber } = owed;
  switch (answer.kind) {
    case "status":
    case "why":
    case "explain":
      return view(answer.runId, deps);
    case "accepted":
      return answer.note === undefined ? {} : view(answer.runId, deps);
    case "backlog":
      return { backlog: await openFindings(repositoryId, deps) };
    case "pong":
      return { runs: await runCounts(db, repositoryId) };
    case "plan": {
      const { title, body, wishes } = answer;
      const repository = await getRepository(db, repositoryId);
      return { preview: await previewPlan({ repository, issueNumber, title, body, wishes }, deps) };
    }
    case "started":
    case "refused":
    case "not_understood":
    case "help":
      return {};
  }
}

async function view(runId: RunId | null, deps: JobDeps): Promise<AnswerMaterial> {
  const run = runId === null ? null : await findRun(deps.store.knex, runId);
  return run === null ? {} : { view: await viewOf(run, deps) };
}

/** Those due for cleaning up first, and one more than are shown. */
async function openFindings(repositoryId: number, { store }: JobDeps): Promise<readonly BacklogEntry[]> {
  const limit = MAX_BACKLOG_ROWS + 1;
  const due = await backlogOf(store.knex, { repositoryId, statuses: ["needs_cleanup"], limit });
  const open = await backlogOf(store.knex, { repositoryId, statuses: ["open"], limit });
  return [...due, ...open].slice(0, limit);
}
