import { standingIn } from "./judgedByRules.ts";
import type { Objection, RuleSet } from "./objection.ts";
import type { Run } from "./run.ts";
import type { SteeringCommand } from "./steering.ts";
import { accepted, refused } from "./steeringAnswer.ts";
import type { Steering } from "./steeringAnswer.ts";

/** Objections of one rule set that stand in one place. */
interface Place {
  /** Ordinal of a phase; null: the head. */
  readonly phase: number | null;
  readonly objections: readonly Objection[];
}

/** Judges whether there is something to be accepted, and where. Accepted is exactly what stands at this moment. */
export function steerObjections(run: Run, command: Extract<SteeringCommand, { kind: "accept" }>): Steering {
  const { by, ruleSet, phase, reason } = command;
  const all = placesOf(run, ruleSet);
  const [place, ...others] = phase === null ? all : all.filter((each) => each.phase === phase);
  if (place === undefined) return refused(`${ruleSet} objects to nothing${phase === null ? "" : ` in phase ${phase}`}`);
  if (others.length > 0) {
    const phases = all.flatMap((each) => each.phase ?? []);
    return refused(`${ruleSet} objects to phases ${phases.join(", ")}: say which, as \`phase=${phases[0] ?? 1}\``);
  }
  const fingerprints = [...new Set(place.objections.map(({ fingerprint }) => fingerprint))];
  return accepted({ kind: "objections_accepted", by, ruleSet, fingerprints, reason, phase: place.phase });
}

function placesOf(run: Run, ruleSet: RuleSet): readonly Place[] {
  const phases = run.phases
    .filter(({ state }) => state.kind !== "complete" && state.kind !== "skipped")
    .map((phase) => ({ phase: phase.ordinal, evidence: phase.evidence }));
  const head = { phase: null, evidence: run.gates.filter(({ sha }) => sha === run.head) };
  return [...phases, head]
    .map(({ phase, evidence }) => ({
      phase,
      objections: standingIn(evidence, run.accepted).filter((objection) => objection.ruleSet === ruleSet),
    }))
    .filter(({ objections }) => objections.length > 0);
}
