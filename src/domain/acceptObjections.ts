import { verify } from "./branchEvents.ts";
import { become, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import { isCleared } from "./judgedByRules.ts";
import { isSatisfied } from "./phase.ts";
import type { Phase } from "./phase.ts";
import { checkAgain } from "./phaseSteering.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";

/**
 * Lets objections of the rules stand, and goes on where they were all that was in the way: a phase that failed is checked with
 * the candidate it failed with, which uses up no attempt, and a head is verified once more.
 *
 * What is accepted are fingerprints: the same objection to the same code stays accepted wherever it is met in this run, and any
 * other needs a word of its own.
 */
export function acceptObjections(run: Run, event: Extract<RunEvent, { kind: "objections_accepted" }>): Decision {
  if (isFinal(run.state)) return stay(run);
  const { kind: _, ...accepted } = event;
  const now: Run = { ...run, accepted: [...run.accepted, accepted] };
  if (event.phase === null)
    return isVerifiable(now) ? verify(now, { gates: ["preflight"], profile: null }) : become(now);
  const phase = now.phases.find(({ ordinal }) => ordinal === event.phase);
  return phase !== undefined && isCheckable(now, phase) ? checkAgain(now, phase) : become(now);
}

/** The head failed for what has been accepted now, and for nothing else that is known: the commands have not been run. */
function isVerifiable(run: Run): boolean {
  const evidence = run.gates.filter(({ sha }) => sha === run.head);
  return run.state.kind === "failed" && run.phases.every(isSatisfied) && isCleared(evidence, run.accepted);
}

function isCheckable(run: Run, phase: Phase): boolean {
  const canGoOn = run.state.kind === "failed" || run.state.kind === "building";
  return (
    canGoOn && phase.state.kind === "failed" && phase.candidate !== null && isCleared(phase.evidence, run.accepted)
  );
}
