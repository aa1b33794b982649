import { become, stay, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { GateEvidence, GateResult } from "./gate.ts";
import type { PhaseId, Sha } from "./ids.ts";
import { isCleared } from "./judgedByRules.ts";
import { builderFailed } from "./builderFailed.ts";
import { check, judge } from "./phaseWork.ts";
import type { Phase } from "./phase.ts";
import { needsAudit } from "./rulesOf.ts";
import type { Run } from "./run.ts";

type CheckEvent = Extract<
  RunEvent,
  { kind: "checks_passed" | "checks_failed" | "candidate_conflicted" | "candidate_superseded" | "phase_integrated" }
>;

/** Takes news of a candidate on its way to the branch. */
export function checkEvent(run: Run, event: CheckEvent): Decision {
  const phase = run.phases.find((candidate) => candidate.id === event.phaseId);
  if (phase === undefined || run.state.kind !== "building") return stay(run);
  switch (event.kind) {
    case "checks_passed":
      if (!isChecking(phase, event)) return stay(run);
      return judge(run, checked(phase, event));
    case "checks_failed":
      if (!isChecking(phase, event)) return stay(run);
      // Somebody has answered for it while it was being judged.
      if (isCleared(event.evidence, run.accepted)) return check(run, checked(phase, event));
      return builderFailed(freed(run, phase), checked(phase, event), {
        failure: event.failure,
        tree: event.candidate.tree,
      });
    case "candidate_conflicted":
      if (phase.state.kind !== "checking") return stay(run);
      return builderFailed(
        freed(run, phase),
        { ...phase, candidate: null, verdict: null },
        { failure: { class: "conflict", message: conflictText(event) }, tree: null },
      );
    case "candidate_superseded": {
      if (phase.state.kind !== "checking") return stay(run);
      const reason = `nothing to change: what it does was on the branch already, at ${event.onto.slice(0, 7)}`;
      return become(withPhase(freed(run, phase), { ...phase, state: { kind: "skipped", reason, cause: "unchanged" } }));
    }
    case "phase_integrated":
      if (phase.state.kind !== "integrating" && phase.state.kind !== "checking") return stay(run);
      return landed(run, phase, event.sha);
  }
}

function checked(
  phase: Phase,
  { candidate, evidence, acceptance }: Extract<CheckEvent, { kind: "checks_passed" | "checks_failed" }>,
): Phase {
  return { ...phase, candidate, evidence, acceptance };
}

/** A phase that goes back to its Builder gives up its turn on the branch. */
function freed(run: Run, phase: Phase): Run {
  return run.landing === phase.id ? { ...run, landing: null } : run;
}

/** A late answer about an earlier candidate is stale; a rebase keeps the patch. */
function isChecking(phase: Phase, event: Extract<CheckEvent, { kind: "checks_passed" | "checks_failed" }>): boolean {
  return phase.state.kind === "checking" && phase.candidate?.patch === event.candidate.patch;
}

function landed(run: Run, phase: Phase, sha: Sha): Decision {
  const landing = 1 + Math.max(0, ...run.phases.map(({ state }) => (state.kind === "complete" ? state.landing : 0)));
  const complete: Phase = { ...phase, state: { kind: "complete", sha, landing }, feedback: null };
  const after = withPhase({ ...freed(run, phase), head: sha, verifiedBase: null }, complete);
  const answers = (phase.plan.revision?.threads.length ?? 0) > 0;
  return become(
    { ...after, gates: gatesOf(after, phase.id, sha) },
    ...(answers ? [{ kind: "answer_threads", runId: run.id, phaseId: phase.id } as const] : []),
  );
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
  const unaudited = landedPhases
    .filter((phase) => needsAudit(run, phase) && phase.verdict?.decision !== "approve")
    .map((phase) => phase.ordinal);
  if (unaudited.length > 0) {
    return {
      gate: "audit",
      conclusion: "failure",
      reason: `no approval for phase ${unaudited.join(", ")}`,
      steps,
      findings,
    };
  }
  const whole = run.phases.findLast(({ plan }) => plan.audit !== undefined);
  if (whole !== undefined && whole.verdict !== null && whole.verdict.decision !== "approve") {
    const reason = `the Auditor's objections to the whole change stand: ${whole.verdict.summary}`;
    return { gate: "audit", conclusion: "failure", reason, steps, findings: whole.verdict.findings };
  }
  const foreign = run.foreignCommits === 0 ? "" : `; ${run.foreignCommits} by people not audited`;
  const exempt = landedPhases.filter((phase) => phase.verdict?.decision !== "approve").length;
  const approved = `${commits(landedPhases.length - exempt)} approved`;
  const others = exempt === 0 ? "" : `; ${commits(exempt)} of categories that may land without an audit`;
  return { gate: "audit", conclusion: "success", reason: `${approved}${others}${foreign}`, steps, findings };
}

function commits(count: number): string {
  return count === 1 ? "1 commit" : `${count} commits`;
}

function conflictText(event: Extract<CheckEvent, { kind: "candidate_conflicted" }>): string {
  const paths = event.paths.map((path) => `- ${path}`).join("\n");
  return `The integration branch moved to ${event.onto.slice(0, 7)} meanwhile, and the change conflicts with it in:\n${paths}`;
}
