import { canSkip } from "./phaseSteering.ts";
import { phaseInPush } from "./steeringEvents.ts";
import type { Phase } from "./phase.ts";
import { canJudgeAgain, canRevise, isKnownReview, revisionsOf } from "./revisionEvents.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import type { SteeringCommand } from "./steering.ts";
import { accepted, refused, words } from "./steeringAnswer.ts";
import type { Steering } from "./steeringAnswer.ts";

type PhaseCommand = Extract<SteeringCommand, { kind: "retry" | "skip" | "fix" | "rerun" }>;

/** Judges what people ask of a run's phases and gates. The run has not ended for good. */
export function steerPhases(run: Run, command: PhaseCommand): Steering {
  switch (command.kind) {
    case "retry":
      return command.phase === null ? retry(run, command.by) : retryPhase(run, command.phase, command.by);
    case "skip":
      return skip(run, command);
    case "fix":
      return fix(run, command);
    case "rerun":
      return rerun(run, command);
  }
}

function retry(run: Run, by: string): Steering {
  const failed = run.state.kind === "failed" || run.mergeRefusal !== null;
  if (failed && !isFinal(run.state)) return accepted({ kind: "retry_requested", by, phaseId: null });
  if (run.hold !== null)
    return refused("the run is held, not failed: `/autopack resume` or `/autopack unhold` lets it go on");
  return refused(`nothing has failed: the run is ${words(run)}`);
}

function retryPhase(run: Run, ordinal: number, by: string): Steering {
  const phase = phaseNumbered(run, ordinal);
  if (phase === undefined) return refused(unknown(run, ordinal));
  if (run.state.kind !== "failed" && run.state.kind !== "building")
    return refused(`phases can be tried again while the run builds, or has failed; it is ${words(run)}`);
  const { state } = phase;
  if (
    state.kind === "failed" ||
    (state.kind === "skipped" && ["dependency", "stopped", "person"].includes(state.cause))
  )
    return accepted({ kind: "retry_requested", by, phaseId: phase.id });
  return refused(`phase ${ordinal} has not failed: it is ${state.kind}`);
}

function skip(run: Run, { by, phase: ordinal, reason }: Extract<PhaseCommand, { kind: "skip" }>): Steering {
  const phase = phaseNumbered(run, ordinal);
  if (phase === undefined) return refused(unknown(run, ordinal));
  if (phase.state.kind === "complete")
    return refused(`phase ${ordinal} has landed already; \`/autopack rollback\` takes landed phases back`);
  if (phaseInPush(run)?.id === phase.id) return refused(`phase ${ordinal} is landing at this moment`);
  if (canSkip(run, phase)) return accepted({ kind: "phase_skipped", phaseId: phase.id, by, reason });
  return refused(`phase ${ordinal} cannot be skipped: it is ${phase.state.kind}, and the run is ${words(run)}`);
}

function fix(run: Run, command: Extract<PhaseCommand, { kind: "fix" }>): Steering {
  const { kind: _, ...request } = command;
  if (isKnownReview(run, command.reviewId)) return refused("that review is taken up already");
  const failed = run.phases.find(({ state }) => state.kind === "failed");
  if (failed !== undefined)
    return refused(
      `phase ${failed.ordinal} has failed: \`/autopack retry\` or \`/autopack skip ${failed.ordinal} reason="…"\` first`,
    );
  if (!canRevise(run)) return refused(`there is nothing to change yet: the run is ${words(run)}`);
  const rounds = run.settings?.reviewRounds ?? 0;
  if (revisionsOf(run) >= rounds)
    return refused(
      `this run has had its ${rounds} rounds of changes (\`reviews.rounds\`): push a commit, or start a new run`,
    );
  if (run.phases.length >= (run.strategy?.maxPhases ?? Infinity))
    return refused(`the run has as many phases as it may (${run.phases.length}): push a commit, or start a new run`);
  return accepted({ kind: "revision_requested", ...request });
}

function rerun(run: Run, { by, gate, profile }: Extract<PhaseCommand, { kind: "rerun" }>): Steering {
  if (!canJudgeAgain(run))
    return refused(
      run.head === null
        ? "there is nothing to judge yet"
        : `gates are run again on finished work; the run is ${words(run)}`,
    );
  if (gate === "audit" && run.settings?.auditor === null)
    return refused("audits are switched off in the configuration (`audit.required`)");
  if (gate === "audit" && run.phases.length >= (run.strategy?.maxPhases ?? Infinity))
    return refused(`the run has as many phases as it may (${run.phases.length}), and an audit of the whole is one`);
  return accepted({ kind: "gate_rerun_requested", by, gate, profile });
}

function phaseNumbered(run: Run, ordinal: number): Phase | undefined {
  return run.phases.find((phase) => phase.ordinal === ordinal);
}

function unknown({ phases }: Run, ordinal: number): string {
  if (phases.length === 0) return "the run has no plan yet";
  return `there is no phase ${ordinal}: the run has phases ${phases.map((phase) => phase.ordinal).join(", ")}`;
}
