import type { Answer } from "../domain/answer.ts";
import { cutText } from "../domain/plainText.ts";
import type { ReviewThread } from "../domain/revision.ts";
import { isKnownReview } from "../domain/revisionEvents.ts";
import { roleAtLeast } from "../domain/role.ts";
import { isFinal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { advance } from "../engine/advance.ts";
import { steerRun } from "../engine/steerRun.ts";
import type { ReviewCommentView } from "../ports/forge.ts";
import { findRunOfPull, getRun } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { isPerson } from "./isPerson.ts";
import { answerId, owe } from "./owe.ts";
import { repositoryOf, reviewGiven } from "./payloads.ts";
import { asksForFix, commandsIn, obeyReview } from "./reviewCommands.ts";
import type { Review } from "./reviewCommands.ts";

/** Characters of one comment, and of the review's own text, that reach the Builder; beyond, it is no review but a book. */
const MAX_WORDS = 5000;
/** Lines of the diff that are kept with a comment: those right above it. */
const HUNK_LINES = 12;
/** Comments of one review that become work. */
const MAX_THREADS = 100;

/**
 * A review of a run's pull request counts as its giver's word, where they may write: an approval of the commit they saw, or
 * a request for changes, which becomes a phase. Reviews of readers are read by people only. Commands in a review's text are
 * obeyed as anywhere.
 */
export async function reviewSubmitted(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = reviewGiven.parse(raw);
  const { review, pull_request: pull } = payload;
  if (review.user === null || !(await isPerson(review.user, deps))) return;
  const run = await findRunOfPull(deps.store.knex, { repositoryId: payload.repository.id, number: pull.number });
  if (run !== null && !isFinal(run.state)) await judge(run, { payload, by: review.user.login }, deps);
  await obeyReview({ payload, run, login: review.user.login }, deps);
}

interface Judging {
  readonly payload: Review;
  readonly by: string;
}

async function judge(run: Run, judging: Judging, deps: InboxDeps): Promise<void> {
  const { review } = judging.payload;
  if (review.state !== "approved" && review.state !== "changes_requested") return;
  if (!roleAtLeast(await deps.forge.roleOf(judging.by), "write")) return;
  if (review.state === "approved") await approve(run, judging, deps);
  else await askForChanges(run, judging, deps);
}

/** The requester's own yes counts for nothing. A commit that the run has not heard of yet may be its next head. */
async function approve(run: Run, { payload: { review }, by }: Judging, deps: InboxDeps): Promise<void> {
  if (by === run.request.requester || review.commit_id === null) {
    deps.log.info({ run: run.id, review: review.id, by }, "a review does not count as an approval");
    return;
  }
  await advance(deps.store, run.id, { kind: "approved", by, sha: review.commit_id });
}

async function askForChanges(run: Run, { payload, by }: Judging, deps: InboxDeps): Promise<void> {
  const { review, pull_request: pull } = payload;
  await advance(deps.store, run.id, { kind: "approval_withdrawn", by });
  if (isKnownReview(run, review.id)) return;
  const bot = await deps.forges.botLogin();
  const comments = await deps.forge.reviewComments(pull.number, review.id);
  const threads = comments
    .filter(({ body }) => !asksForFix(commandsIn(body, { bot, run })))
    .slice(0, MAX_THREADS)
    .map(threadOf);
  if (threads.length === 0 && review.body.trim() === "") return;
  await steerRun(deps.store, run.id, {
    command: {
      kind: "fix",
      by,
      source: "review",
      reviewId: review.id,
      instruction: cutText(review.body, MAX_WORDS),
      threads,
    },
    heard: async (tx, steering) => {
      if (steering.kind === "accepted") return;
      const now = await getRun(tx, run.id);
      // The same review, told twice; and after the end nobody waits for an answer.
      if (isKnownReview(now, review.id) || isFinal(now.state)) return;
      const answer: Answer = { kind: "refused", what: "changes requested", by, why: steering.why };
      await owe(deps.store, tx, {
        id: answerId(`review ${review.id}`, 0),
        repositoryId: repositoryOf(payload).id,
        issueNumber: pull.number,
        commentId: null,
        labelToRemove: null,
        answer,
      });
    },
  });
}

function threadOf({ threadId, path, line, body, hunk }: ReviewCommentView): ReviewThread {
  const lines = hunk.split("\n").slice(-HUNK_LINES).join("\n");
  const shown = hunk === "" ? {} : { hunk: cutText(lines, MAX_WORDS) };
  return { commentId: threadId, path, line, body: cutText(body, MAX_WORDS), ...shown };
}
