import { integrationBranch } from "../domain/ids.ts";
import { isToBeReadied } from "../domain/promotion.ts";
import { isDryRun, isFinal } from "../domain/run.ts";
import type { PullView } from "../ports/forge.ts";
import { pullBody, pullText, pullTitle } from "../projections/pullBody.ts";
import { withoutSpend } from "../projections/runView.ts";
import { beginPublication, savePublication } from "../store/publications.ts";
import { digestOf } from "./publish.ts";
import type { Showing, Step } from "./showing.ts";

/** Opens the pull request once there is something to pull: a draft, unless the run is fit to merge by then. */
export function openPull(showing: Showing): readonly Step[] {
  const { run } = showing.view;
  if (run.head === null || run.base === null || run.pull !== null || isFinal(run.state) || isDryRun(run)) return [];
  const { branch } = run.base;
  return [async () => open(showing, branch)];
}

async function open(showing: Showing, base: string): Promise<void> {
  const { view, forge, ledger, deps } = showing;
  const { run } = view;
  const head = integrationBranch(run.id);
  const earlier = ledger.published.has("pull") ? await forge.findPull(head) : null;
  if (earlier !== null) return adopt(earlier, showing);
  await beginPublication(ledger.db, run.id, "pull");
  const draft = run.state.kind !== "promotable" || run.settings?.promotion.ready === "on_command";
  const made = await forge.createPull({ head, base, title: pullTitle(run), body: pullBody(view, null), draft });
  if (made === null) {
    const other = await forge.findPull(head);
    return other === null ? undefined : adopt(other, showing);
  }
  const { number, nodeId } = made;
  await deps.advance(run.id, { kind: "pull_opened", pull: { number, nodeId, draft: made.draft } });
  await saveText(number, showing);
}

/** Takes over one that is there: an earlier try's, or a person's. Its text is not known, so it is written next. */
async function adopt(pull: PullView, { view, deps }: Showing): Promise<void> {
  const { id } = view.run;
  const { number, nodeId, draft } = pull;
  await deps.advance(id, { kind: "pull_opened", pull: { number, nodeId, draft } });
  // What happened to it while the run did not know it, no webhook could be matched with the run.
  if (pull.mergedSha !== null) await deps.advance(id, { kind: "pull_merged", sha: pull.mergedSha, by: "someone" });
  else if (pull.state === "closed") await deps.advance(id, { kind: "pull_closed", by: "someone" });
}

/** Brings the pull request's body up to date once the head has been judged, and takes its draft mark off when it may merge. */
export function keepPull(showing: Showing): readonly Step[] {
  const { view, ledger } = showing;
  const { run } = view;
  const isJudged = run.state.kind === "promotable" || run.state.kind === "failed";
  if (run.pull === null || !isJudged) return [];
  const isCurrent = ledger.published.get("pull")?.digest === textDigest(showing);
  return isCurrent && !isToBeReadied(run) ? [] : [async () => update(showing, run.pull?.number ?? 0)];
}

/** Reads first, so that what people have written stays. */
async function update(showing: Showing, number: number): Promise<void> {
  const { view, forge, deps } = showing;
  const { run } = view;
  const current = await forge.getPull(number);
  if (current.state === "closed") return;
  const ready = isToBeReadied(run);
  await forge.updatePull({
    nodeId: current.nodeId,
    title: current.title,
    body: pullBody(view, current.body),
    ready: ready && current.draft,
  });
  if (ready) await deps.advance(run.id, { kind: "pull_readied" });
  await saveText(number, showing);
}

async function saveText(number: number, showing: Showing): Promise<void> {
  const { db, runId } = showing.ledger;
  await savePublication(db, runId, { target: "pull", digest: textDigest(showing), remoteId: number });
}

function textDigest({ view }: Showing): string {
  return digestOf("text", pullText(withoutSpend(view)));
}
