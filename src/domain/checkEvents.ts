import { become, stay, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { GateEvidence, GateResult } from "./gate.ts";
import type { PhaseId, Sha } from "./ids.ts";
import { goOn, judge, retry } from "./phaseWork.ts";
import type { Phase, PhaseState } from "./phase.ts";
import type { Run } from "./run.ts";

type CheckEvent = Extract<
  RunEvent,
  { kind: "checks_passed" | "checks_failed" | "candidate_conflicted" | "phase_integrated" }
>;

/** Takes news of a candidate on its way to the branch. */
export function checkEvent(run: Run, event: CheckEvent): Decision {
  const phase = run.phases.find((candidate) => candidate.id === event.phaseId);
  if (phase === undefined || run.state.kind !== "building") return stay(run);
  switch (event.kind) {
    case "checks_passed":
      if (!isChecking(phase, event)) return stay(run);
      return judge(run, { ...phase, candidate: event.candidate, evidence: event.evidence });
    case "checks_failed":
      if (!isChecking(phase, event)) return stay(run);
      return retry(
        run,
        { ...phase, candidate: event.candidate, evidence: event.evidence },
        { class: "checks", message: event.message },
      );
    case "candidate_conflicted":
      if (phase.state.kind !== "checking") return stay(run);
      return retry(
        run,
        { ...phase, candidate: null, verdict: null },
        { class: "conflict", message: conflictText(event) },
      );
    case "phase_integrated":
      if (phase.state.kind !== "integrating" && phase.state.kind !== "checking") return stay(run);
      return landed(run, phase, event.sha);
  }
}

/** A late answer about an earlier candidate is stale; a rebase keeps the patch. */
function isChecking(phase: Phase, event: Extract<CheckEvent, { kind: "checks_passed" | "checks_failed" }>): boolean {
  return phase.state.kind === "checking" && phase.candidate?.patch === event.candidate.patch;
}

function landed(run: Run, phase: Phase, sha: Sha): Decision {
  const state: PhaseState = { kind: "complete", sha };
  const after = withPhase({ ...run, head: sha, verifiedBase: null }, { ...phase, state, feedback: null });
  const next = goOn({ ...after, gates: gatesOf(after, phase.id, sha) });
  return become(next.run, ...next.intents);
}

/** The evidence for the tree that was pushed is evidence for the commit, whose tree it is. */
function gatesOf(run: Run, phase: PhaseId, sha: Sha): readonly GateResult[] {
  const landedPhase = run.phases.find((candidate) => candidate.id === phase);
  const evidence = (landedPhase?.evidence ?? []).filter((item) => item.gate !== "audit");
  return [...evidence, auditEvidence(run)].map((item) => ({ ...item, sha }));
}

/** The audit gate of a branch: every landed phase's verdict, together. */
export function auditEvidence(run: Run): GateEvidence {
  const steps = [] as const;
  if (run.settings?.auditor === null) {
    return {
      gate: "audit",
      conclusion: "skipped",
      reason: "audits are switched off in the configuration",
      steps,
      findings: [],
    };
  }
  const landedPhases = run.phases.filter((phase) => phase.state.kind === "complete");
  const findings = landedPhases.flatMap((phase) => phase.verdict?.findings ?? []);
  const unaudited = landedPhases.filter((phase) => phase.verdict?.decision !== "approve").map((phase) => phase.ordinal);
  if (unaudited.length > 0) {
    return {
      gate: "audit",
      conclusion: "failure",
      reason: `no approval for phase ${unaudited.join(", ")}`,
      steps,
      findings,
    };
  }
  const foreign = run.foreignCommits === 0 ? "" : `; ${run.foreignCommits} by people not audited`;
  const commits = landedPhases.length === 1 ? "1 commit" : `${landedPhases.length} commits`;
  return { gate: "audit", conclusion: "success", reason: `${commits} approved${foreign}`, steps, findings };
}

function conflictText(event: Extract<CheckEvent, { kind: "candidate_conflicted" }>): string {
  const paths = event.paths.map((path) => `- ${path}`).join("\n");
  return `The integration branch moved to ${event.onto.slice(0, 7)} meanwhile, and the change conflicts with it in:\n${paths}`;
}
