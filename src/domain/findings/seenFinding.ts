import type { AcceptanceResult, ValidatorResult } from "../acceptance/acceptance.ts";
import type { Finding } from "../finding.ts";
import type { GateEvidence, GateName, StepResult } from "../gate.ts";
import type { ArtifactId } from "../ids.ts";
import { cutText } from "../plainText.ts";
import type { Verdict } from "../phase.ts";

/** Who said it of a phase's result: the Builder itself, the gates' commands, the validators, the Auditor. */
export type FindingStage = "builder" | "gates" | "acceptance" | "auditor";

/** A finding as somebody saw it, with what shows it. */
export interface SeenFinding {
  readonly finding: Finding;
  readonly stage: FindingStage;
  /** Stored outputs in which it can be looked up: logs, or the patch that was judged. */
  readonly evidence: readonly ArtifactId[];
}

export function seenByBuilder(findings: readonly Finding[], log: ArtifactId | null): readonly SeenFinding[] {
  return findings.map((finding) => ({ finding, stage: "builder", evidence: logs([log]) }));
}

/** What gates found, and each command of theirs that failed. */
export function seenByGates(evidence: readonly GateEvidence[]): readonly SeenFinding[] {
  return evidence.flatMap(({ gate, findings, steps }): readonly SeenFinding[] => [
    ...findings.map((finding) => ({ finding, stage: "gates" as const, evidence: logs(steps.map(({ log }) => log)) })),
    ...steps
      .filter(({ outcome }) => outcome !== "passed")
      .map((step) => ({ finding: failedStep(gate, step), stage: "gates" as const, evidence: logs([step.log]) })),
  ]);
}

/** What validators found. One that could not judge counts, as then nothing is known where something was asked for. */
export function seenByValidators(acceptance: AcceptanceResult | null): readonly SeenFinding[] {
  if (acceptance === null) return [];
  const open = acceptance.results.filter(({ verdict }) => verdict !== "passed");
  const evidence = logs(open.map(({ log }) => log));
  const found = acceptance.findings.map((finding): SeenFinding => ({ finding, stage: "acceptance", evidence }));
  const silent = open.filter(({ verdict }) => verdict === "error" || acceptance.findings.length === 0);
  return [
    ...found,
    ...silent.map((result): SeenFinding => ({
      finding: openResult(result),
      stage: "acceptance",
      evidence: logs([result.log]),
    })),
  ];
}

export function seenByAuditor(verdict: Verdict | null, log: ArtifactId | null): readonly SeenFinding[] {
  if (verdict === null) return [];
  return verdict.findings.map((finding) => ({ finding, stage: "auditor", evidence: logs([verdict.patch, log]) }));
}

const MAX_TAIL_LENGTH = 2000;

function failedStep(gate: GateName, { name, outcome, tail }: StepResult): Finding {
  return {
    severity: "major",
    source: gate === "ci" ? "ci" : "static_check",
    title: `“${name}” ${outcome === "timed_out" ? "times out" : "fails"} in ${gate}`,
    detail: tail.slice(-MAX_TAIL_LENGTH).replace(/^[\uDC00-\uDFFF]/, ""),
    path: null,
    lines: null,
  };
}

function openResult({ name, verdict, required, expected, got }: ValidatorResult): Finding {
  return {
    severity: required ? "major" : "minor",
    source: "probe",
    title: `“${name}” ${verdict === "error" ? "could not be judged" : "fails"}`,
    detail: cutText(`expected ${expected}; got ${got}`, MAX_TAIL_LENGTH),
    path: null,
    lines: null,
  };
}

function logs(ids: readonly (ArtifactId | null)[]): readonly ArtifactId[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
