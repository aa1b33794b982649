import { isFinal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { advance } from "../engine/advance.ts";
import { steerRun } from "../engine/steerRun.ts";
import { findRunOfPull, getRun } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { isPerson } from "./isPerson.ts";
import { answerId, owe } from "./owe.ts";
import { pullChanged as schema } from "./payloads.ts";

/** Turned into a draft, or back, by a person. Two of these may overtake each other, so the pull request is looked at. */
export async function pullDraftChanged(raw: unknown, deps: InboxDeps): Promise<void> {
  const news = await newsOf(raw, deps);
  if (news === null || isFinal(news.run.state)) return;
  const { draft, state } = await deps.forge.getPull(news.number);
  if (state === "closed") return;
  await advance(deps.store, news.run.id, draft ? { kind: "pull_drafted", by: news.by } : { kind: "pull_readied" });
}

/** What closing a pull request has ended does not come back with it; whoever reopens it is told how to go on. */
export async function pullReopened(raw: unknown, deps: InboxDeps): Promise<void> {
  const news = await newsOf(raw, deps);
  if (news?.run.state.kind !== "cancelled") return;
  const { run, number, by } = news;
  const why = `its run ended when it was closed, and its branch stays as it is; \`/autopack run\` on #${run.request.issueNumber} starts a new run`;
  await deps.store.knex.transaction(async (tx) =>
    owe(deps.store, tx, {
      id: answerId(deps.deliveryId, 0),
      repositoryId: run.repository.id,
      issueNumber: number,
      commentId: null,
      labelToRemove: null,
      answer: { kind: "refused", what: `reopening #${number}`, by, why },
    }),
  );
}

/**
 * A pull request that would go into another branch than its gates were judged with is held. Where it is kept from going on
 * for another reason already, which somebody could lift without a look at this, the run fails instead.
 */
export async function pullEdited(raw: unknown, deps: InboxDeps): Promise<void> {
  const news = await newsOf(raw, deps);
  const ours = news?.run.base?.branch;
  if (news === null || ours === undefined || !news.isRebased || news.base === ours) return;
  const { run, by, base } = news;
  const reason = `the base of the pull request was changed from \`${ours}\` to \`${base}\`, which its gates know nothing of: change it back, then lift this`;
  const missed: boolean[] = [];
  await steerRun(deps.store, run.id, {
    command: { kind: "hold", how: "hold", by, reason },
    heard: async (tx, steering) => {
      const { hold } = await getRun(tx, run.id);
      const isHeld = steering.kind === "accepted" || (hold?.kind === "person" && hold.reason === reason);
      missed.push(!isHeld);
    },
  });
  if (missed.includes(true))
    await advance(deps.store, run.id, { kind: "work_failed", intent: "verify_run", message: reason });
}

interface News {
  readonly run: Run;
  readonly number: number;
  readonly base: string;
  readonly isRebased: boolean;
  readonly by: string;
}

/** Null for what is not about a run, and for Autopack's own doing. */
async function newsOf(raw: unknown, deps: InboxDeps): Promise<News | null> {
  const { repository, pull_request: pull, changes, sender } = schema.parse(raw);
  if (!(await isPerson(sender, deps))) return null;
  const run = await findRunOfPull(deps.store.knex, { repositoryId: repository.id, number: pull.number });
  if (run === null) return null;
  return { run, number: pull.number, base: pull.base.ref, isRebased: changes.base !== undefined, by: sender.login };
}
