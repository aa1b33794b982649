import type { Knex } from "knex";
import type { RunEvent } from "../domain/event.ts";
import type { RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { keysBySeverity } from "../domain/findings/countFindings.ts";
import { phaseFindings } from "../domain/findings/phaseFindings.ts";
import { builderAttempt, isLanded } from "../domain/phase.ts";
import type { Phase } from "../domain/phase.ts";
import { transition } from "../domain/transition.ts";
import { saveAcceptanceResult } from "../store/acceptanceResults.ts";
import { saveArtifactUses } from "../store/artifactUses.ts";
import { savePredictions, scorePhase } from "../store/impacts.ts";
import { carryToBacklog, closeRun } from "../store/backlog.ts";
import { saveFindings } from "../store/findings.ts";
import { recordFindings } from "../store/ledger.ts";
import { bookAttempts } from "../store/ledgerAttempts.ts";
import { saveApprovals } from "../store/approvals.ts";
import { saveCheckpoints } from "../store/checkpoints.ts";
import { appendEvent } from "../store/events.ts";
import { saveGates } from "../store/gates.ts";
import { saveTiers } from "../store/tiers.ts";
import { saveWaves } from "../store/waves.ts";
import { savePhases } from "../store/phases.ts";
import { enqueue } from "../store/queue.ts";
import { lockRun, saveRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";
import { announce } from "./announce.ts";

/**
 * Applies one event: new state, its history line and the jobs it calls for commit together, or not at all.
 *
 * The only writer of run state. A stale event writes nothing, not even history.
 */
export async function advance(store: Store, runId: RunId, event: RunEvent): Promise<Run> {
  return store.knex.transaction(async (tx) => apply(store, tx, { before: await lockRun(tx, runId), event }));
}

/** The same inside a transaction that holds the run's row already. */
export async function apply(
  store: Store,
  tx: Knex,
  step: { readonly before: Run; readonly event: RunEvent },
): Promise<Run> {
  const { before, event } = step;
  const { run, intents, changed } = transition(before, event);
  if (!changed) return before;
  await saveRun(tx, run);
  const work = { before: workOf(before), after: workOf(run) };
  await savePhases(tx, run.id, work);
  await bookAttempts(tx, work);
  if (run.tiers !== before.tiers) await saveTiers(tx, run.id, run.tiers);
  if (run.waves !== before.waves) await saveWaves(tx, run.id, { before: before.waves, after: run.waves });
  if (run.gates !== before.gates) await saveGates(tx, run.id, run.gates);
  if (run.approvals !== before.approvals) await saveApprovals(tx, run.id, run.approvals);
  if (run.phases.filter(isLanded).length !== before.phases.filter(isLanded).length)
    await saveCheckpoints(tx, run.id, run.phases);
  if (run.plan !== before.plan) await savePredictions(tx, run.id, run.phases);
  await noteFindings(tx, before, run);
  for (const phase of newlyLanded(before, run)) await noteLanding(tx, run, phase);
  if (run.state.kind === "promoted" && before.state.kind !== "promoted") await closeRun(tx, run);
  if (event.kind === "checks_passed" || event.kind === "checks_failed") await recordAcceptance(tx, before, event);
  await saveArtifactUses(tx, run.id, event);
  await appendEvent(tx, run.id, event);
  for (const intent of intents) await enqueue(store, tx, intent);
  await announce(tx, run.id);
  return run;
}

/** All that attempts are made for: the phases, and the writing of the plan. */
function workOf({ planner, phases }: Run): readonly Phase[] {
  return planner === null ? phases : [planner, ...phases];
}

/** Records what has come to light about the results of phases. */
async function noteFindings(tx: Knex, before: Run, after: Run): Promise<void> {
  const known = new Map(before.phases.map((phase) => [phase.id, phase]));
  for (const phase of after.phases) if (saysMore(known.get(phase.id), phase)) await saveFindings(tx, after, phase);
}

function saysMore(before: Phase | undefined, after: Phase): boolean {
  if (after.candidate === null) return false;
  return (
    before?.findings !== after.findings ||
    before.evidence !== after.evidence ||
    before.acceptance !== after.acceptance ||
    before.verdict !== after.verdict
  );
}

/** What a landed phase leaves behind: its record of impacts, and its findings, minor ones against the budget for them. */
async function noteLanding(tx: Knex, run: Run, phase: Phase): Promise<void> {
  await scorePhase(tx, phase.id, phase.candidate?.touched ?? []);
  await recordFindings(tx, run, keysBySeverity(phaseFindings(phase), run.agedFindings).minor);
  await carryToBacklog(tx, run, phase);
}

function newlyLanded(before: Run, after: Run): readonly Phase[] {
  const landed = new Set(before.phases.filter(isLanded).map(({ id }) => id));
  return after.phases.filter((phase) => isLanded(phase) && !landed.has(phase.id));
}

/** What the acceptance spec said is kept with the attempt it was said of; `before` as the result may have led to another one. */
async function recordAcceptance(
  tx: Knex,
  before: Run,
  { phaseId, candidate, acceptance }: Extract<RunEvent, { kind: "checks_passed" | "checks_failed" }>,
): Promise<void> {
  const phase = before.phases.find(({ id }) => id === phaseId);
  const attempt = phase === undefined ? null : builderAttempt(phase);
  if (acceptance === null || attempt === null) return;
  const judged = { attemptId: attempt.id, tree: candidate.tree, spec: attempt.acceptanceSpec, result: acceptance };
  await saveAcceptanceResult(tx, { runId: before.id, phaseId, ...judged });
}
