import type { Attempt, AttemptRole } from "../attempt.ts";
import type { Finding } from "../finding.ts";
import type { Phase } from "../phase.ts";
import { distinctFindings } from "./distinctFindings.ts";
import { seenByAuditor, seenByBuilder, seenByGates, seenByValidators } from "./seenFinding.ts";
import type { SeenFinding } from "./seenFinding.ts";

/**
 * What there is to say against a phase's result as it stands, each problem once, at its gravest: by the Builder, the gates,
 * the validators and the Auditor. What an earlier attempt was blamed for and has mended is not among it.
 */
export function phaseFindings(phase: Phase): readonly Finding[] {
  return [...distinctFindings(seenInPhase(phase)).values()].map(({ finding }) => finding);
}

/** The same, each as often as it was seen. */
export function seenInPhase(phase: Phase): readonly SeenFinding[] {
  const { findings, evidence, acceptance, verdict } = phase;
  return [
    ...seenByBuilder(findings, newestResult(phase, "builder")?.log ?? null),
    ...seenByGates(evidence),
    ...seenByValidators(acceptance),
    ...seenByAuditor(verdict, newestResult(phase, "auditor")?.log ?? null),
  ];
}

/** Whose result is judged: the newest that ended well, as the next one may have been started already. */
export function newestResult({ attempt, pastAttempts }: Phase, role: AttemptRole): Attempt | undefined {
  const all = attempt === null ? pastAttempts : [...pastAttempts, attempt];
  return all.findLast((each) => each.role === role && each.state === "completed");
}
