import type { Knex } from "knex";
import type { AcceptanceResult } from "../domain/acceptance/acceptance.ts";
import type { Attempt, AttemptRole, AttemptState, FailureClass } from "../domain/attempt.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import type { Finding } from "../domain/finding.ts";
import type { GateEvidence } from "../domain/gate.ts";
import type { ArtifactId, AttemptId, PhaseId, RunId, Sha } from "../domain/ids.ts";
import type { Candidate, PastFailure, Phase, PhaseState, Verdict } from "../domain/phase.ts";
import type { PlannedPhase } from "../domain/plan.ts";
import { NO_USAGE } from "../domain/usage.ts";
import type { Usage } from "../domain/usage.ts";

interface PhaseRow {
  readonly id: PhaseId;
  readonly run_id: RunId;
  readonly ordinal: number;
  readonly tier: number;
  readonly plan: PlannedPhase;
  readonly category: string;
  readonly raised_because: string | null;
  readonly state: PhaseState["kind"];
  readonly state_detail: object;
  readonly retry_attempt: number;
  readonly revision_epoch: number;
  readonly escalation_level: number;
  readonly audit_failures: number;
  readonly interruptions: number;
  readonly candidate: Candidate | null;
  readonly evidence: readonly GateEvidence[];
  readonly acceptance: AcceptanceResult | null;
  readonly verdict: Verdict | null;
  readonly findings: readonly Finding[];
  readonly failures: readonly PastFailure[];
  readonly uses_fallback: boolean;
  readonly needs_install: boolean;
  readonly approach: string | null;
  readonly feedback: string | null;
}

interface AttemptRow {
  readonly id: AttemptId;
  readonly phase_id: PhaseId;
  readonly number: number;
  readonly role: AttemptRole;
  readonly state: AttemptState;
  readonly worker_id: string | null;
  readonly base_sha: Sha | null;
  readonly agent_spec: string | null;
  readonly acceptance_spec: string | null;
  readonly grant_amounts: Amounts | null;
  readonly waits: number;
  readonly failure_class: FailureClass | null;
  readonly failure_message: string | null;
  readonly log_id: ArtifactId | null;
  readonly usage: Usage | null;
  readonly agent_version: string | null;
}

/** A run's phases in plan order, with their attempts; the writing of its plan, with ordinal 0, first. */
export async function phasesOf(db: Knex, runId: RunId): Promise<readonly Phase[]> {
  const rows = await db<PhaseRow>("phases").where({ run_id: runId }).orderBy("ordinal");
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const attempts = await db<AttemptRow>("attempts").whereIn("phase_id", ids).orderBy("number");
  return rows.map((row) => toPhase(row, attempts.filter((attempt) => attempt.phase_id === row.id).map(toAttempt)));
}

/** Writes the phases that differ from `before`, and their newest attempts. */
export async function savePhases(
  tx: Knex,
  runId: RunId,
  change: { readonly before: readonly Phase[]; readonly after: readonly Phase[] },
): Promise<void> {
  const known = new Map(change.before.map((phase) => [phase.id, phase]));
  for (const phase of change.after) {
    if (known.get(phase.id) === phase) continue;
    await savePhase(tx, runId, phase);
    const saved = new Set(attemptsOf(known.get(phase.id)));
    for (const attempt of attemptsOf(phase)) if (!saved.has(attempt)) await saveAttempt(tx, phase.id, attempt);
  }
}

async function savePhase(tx: Knex, runId: RunId, phase: Phase): Promise<void> {
  const { kind, ...detail } = phase.state;
  const row = {
    id: phase.id,
    run_id: runId,
    ordinal: phase.ordinal,
    tier: phase.tier,
    plan: JSON.stringify(phase.plan),
    category: phase.category,
    raised_because: phase.raisedBecause,
    state: kind,
    state_detail: JSON.stringify(detail),
    retry_attempt: phase.retryAttempt,
    revision_epoch: phase.revisionEpoch,
    escalation_level: phase.escalationLevel,
    audit_failures: phase.auditFailures,
    interruptions: phase.interruptions,
    candidate: phase.candidate === null ? null : JSON.stringify(phase.candidate),
    evidence: JSON.stringify(phase.evidence),
    acceptance: phase.acceptance === null ? null : JSON.stringify(phase.acceptance),
    verdict: phase.verdict === null ? null : JSON.stringify(phase.verdict),
    findings: JSON.stringify(phase.findings),
    failures: JSON.stringify(phase.failures),
    uses_fallback: phase.usesFallback,
    needs_install: phase.needsInstall,
    approach: phase.approach,
    feedback: phase.feedback,
    updated_at: tx.fn.now(),
  };
  await tx("phases").insert(row).onConflict("id").merge();
}

function attemptsOf(phase: Phase | undefined): readonly Attempt[] {
  if (phase === undefined) return [];
  return phase.attempt === null ? phase.pastAttempts : [...phase.pastAttempts, phase.attempt];
}

async function saveAttempt(tx: Knex, phase: PhaseId, attempt: Attempt): Promise<void> {
  const live = ["pending", "running", "paused"].includes(attempt.state);
  const row = {
    id: attempt.id,
    phase_id: phase,
    number: attempt.number,
    role: attempt.role,
    state: attempt.state,
    worker_id: attempt.workerId,
    base_sha: attempt.base,
    agent_spec: attempt.agentSpec,
    acceptance_spec: attempt.acceptanceSpec,
    grant_amounts: attempt.grant === null ? null : JSON.stringify(attempt.grant),
    waits: attempt.waits,
    failure_class: attempt.failure?.class ?? null,
    failure_message: attempt.failure?.message ?? null,
    log_id: attempt.log,
    usage: JSON.stringify(attempt.usage),
    agent_version: attempt.agentVersion,
    started_at: attempt.state === "pending" ? null : tx.fn.now(),
    finished_at: live ? null : tx.fn.now(),
  };
  const { started_at: _, ...rest } = row;
  const update = { ...rest, started_at: tx.raw("coalesce(attempts.started_at, excluded.started_at)") };
  await tx("attempts").insert(row).onConflict("id").merge(update);
}

function toPhase(row: PhaseRow, attempts: readonly Attempt[]): Phase {
  return {
    id: row.id,
    ordinal: row.ordinal,
    tier: row.tier,
    plan: row.plan,
    category: row.category,
    raisedBecause: row.raised_because,
    // The discriminant and its detail were written together by savePhase, and the states are CHECKed.
    state: { kind: row.state, ...row.state_detail } as PhaseState,
    retryAttempt: row.retry_attempt,
    revisionEpoch: row.revision_epoch,
    escalationLevel: row.escalation_level,
    auditFailures: row.audit_failures,
    interruptions: row.interruptions,
    attempt: attempts.at(-1) ?? null,
    pastAttempts: attempts.slice(0, -1),
    candidate: row.candidate,
    evidence: row.evidence,
    acceptance: row.acceptance,
    verdict: row.verdict,
    findings: row.findings,
    failures: row.failures,
    usesFallback: row.uses_fallback,
    needsInstall: row.needs_install,
    approach: row.approach,
    feedback: row.feedback,
  };
}

function toAttempt(row: AttemptRow): Attempt {
  const failure = row.failure_class === null ? null : { class: row.failure_class, message: row.failure_message ?? "" };
  return {
    id: row.id,
    number: row.number,
    role: row.role,
    state: row.state,
    workerId: row.worker_id,
    // Attempts of before waves have none, and nothing starts from them any more.
    base: row.base_sha ?? ("" as Sha),
    agentSpec: row.agent_spec,
    acceptanceSpec: row.acceptance_spec,
    grant: row.grant_amounts,
    waits: row.waits,
    failure,
    log: row.log_id,
    usage: row.usage ?? NO_USAGE,
    agentVersion: row.agent_version,
  };
}
