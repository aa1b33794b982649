import type { AcceptanceResult } from "../domain/acceptance/acceptance.ts";
import type { ApiCallCount } from "../domain/apiRequest.ts";
import type { Estimate } from "../domain/budget/quote.ts";
import type { Attempt } from "../domain/attempt.ts";
import type { Amounts, Level } from "../domain/budget/budget.ts";
import { MEASURES } from "../domain/budget/budget.ts";
import { phaseFindings } from "../domain/findings/phaseFindings.ts";
import type { GateEvidence } from "../domain/gate.ts";
import type { Phase } from "../domain/phase.ts";
import { integrationBranch } from "../domain/ids.ts";
import { fullName } from "../domain/repository.ts";
import { isDryRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { goingOn, holdReason } from "./runReportHold.ts";
import type { HistoryEntry } from "./runReportHistory.ts";

/** What is known of a run beside its aggregate, as the store has it. */
export interface RunFacts {
  readonly run: Run;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
  /** When this was read: what runs has taken so long until now. */
  readonly readAt: Date;
  /** What is spent beside its caps; empty before the run is planned. */
  readonly spend: readonly SpendFacts[];
  readonly attemptTimes: readonly {
    readonly id: string;
    readonly startedAt: Date | null;
    readonly finishedAt: Date | null;
  }[];
  readonly waves: readonly WaveFacts[];
  readonly failures: readonly FailureFacts[];
  readonly checkpoints: readonly { readonly landing: number; readonly sha: string; readonly at: Date }[];
  /** What was asked of GitHub's API. */
  readonly apiCalls: ApiCallCount;
  /** Null where nobody asked for them. */
  readonly events: readonly HistoryEntry[] | null;
}

interface SpendFacts {
  readonly level: Level;
  /** Of the phase or tier. */
  readonly ordinal: number | null;
  readonly spent: Amounts;
  readonly reserved: Amounts;
  readonly caps: Amounts;
}

interface WaveFacts {
  readonly number: number;
  readonly tier: number;
  readonly state: string;
  readonly base: string | null;
  readonly phases: readonly number[];
  readonly complete: number;
  readonly failed: number;
  readonly atWork: number;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

interface FailureFacts {
  readonly phaseId: string;
  readonly number: number;
  readonly class: string;
  readonly errorKey: string;
  readonly tree: string | null;
  readonly errorChanged: boolean | null;
  readonly treeChanged: boolean | null;
}

export type RunReport = ReturnType<typeof runReport>;
export type PhaseReport = RunReport["phases"][number];
export type AttemptReport = PhaseReport["attempts"][number];

/**
 * Everything about a run that a person may ask for, as plain data: what `autopack runs show --json` prints.
 *
 * Its names are a promise (docs/runs.md). Fields may be added; none is renamed or taken away. Times are dates, which JSON
 * writes as ISO 8601 in UTC.
 */
export function runReport(facts: RunFacts) {
  const { run } = facts;
  const { kind: state, ...detail } = run.state;
  return {
    id: run.id,
    repository: fullName(run.repository),
    issue: run.request.issueNumber,
    title: run.request.title,
    requester: run.request.requester,
    state,
    /** What belongs to the state: reason, message and problems of a failed run, who cancelled it, … */
    detail,
    created_at: facts.createdAt,
    updated_at: facts.updatedAt,
    ended_at: facts.endedAt,
    base: run.base,
    branch: run.head === null || isDryRun(run) ? null : integrationBranch(run.id),
    head: run.head,
    pull_request: run.pull === null ? null : { number: run.pull.number, draft: run.pull.draft },
    hold: holdOf(run),
    rollback: run.rollback,
    go_on: goingOn(run),
    spend: spendOf(facts),
    /** Requests to GitHub's API: those that count against its rate limit, and reads that brought nothing new. */
    api_calls: facts.apiCalls,
    /** What people added to the caps. */
    extra_budget: run.extraBudget,
    quote: run.quote === null ? null : toQuote(run.quote.total),
    strategy: run.strategy === null ? null : { hash: run.strategy.hash, profile: run.strategy.profile },
    tiers: run.tiers.map((tier) => ({ ...tier, spend: spendLines(facts, "tier", tier.ordinal) })),
    waves: facts.waves.map(toWave),
    /** The writing of the plan, with ordinal 0; null where no planner was called. */
    planner: run.planner === null ? null : toPhase(facts, run.planner),
    phases: run.phases.map((phase) => toPhase(facts, phase)),
    gates: run.gates.map(toGate),
    checkpoints: checkpointsOf(facts),
    ...(facts.events === null ? {} : { events: facts.events }),
  };
}

/** `why` is made for people, the rest for programs. */
function holdOf(run: Run) {
  const { hold } = run;
  if (hold === null) return null;
  const why = holdReason(hold);
  if (hold.kind === "person") return { kind: hold.kind, by: hold.by, reason: hold.reason, why };
  const phase = [run.planner, ...run.phases].find((each) => each?.id === hold.phaseId)?.ordinal ?? null;
  return { kind: hold.kind, shortage: hold.shortage, phase, why };
}

function toQuote({ tokens, costUsd, seconds }: Estimate) {
  return { tokens, cost_usd: costUsd, seconds };
}

/** What the run has spent, with its caps; of what it shares caps with, what is capped. */
function spendOf(facts: RunFacts) {
  return (["run", "issue", "day"] as const).flatMap((level) =>
    spendLines(facts, level)
      .filter(({ cap }) => level === "run" || cap !== null)
      .map((line) => ({ level, ...line })),
  );
}

/** Measures of which something was spent, or that are capped. */
function spendLines({ spend }: RunFacts, level: Level, ordinal: number | null = null) {
  const found = spend.find((line) => line.level === level && line.ordinal === ordinal);
  if (found === undefined) return [];
  return MEASURES.flatMap((measure) => {
    const spent = found.spent[measure] ?? 0;
    const cap = found.caps[measure] ?? null;
    return cap === null && spent === 0 ? [] : [{ measure, spent, reserved: found.reserved[measure] ?? 0, cap }];
  });
}

function toWave({ startedAt, endedAt, atWork, ...wave }: WaveFacts) {
  return { ...wave, at_work: atWork, started_at: startedAt, ended_at: endedAt };
}

function toPhase(facts: RunFacts, phase: Phase) {
  const { kind: state, ...detail } = phase.state;
  const { candidate } = phase;
  return {
    id: phase.id,
    ordinal: phase.ordinal,
    title: phase.plan.title,
    tier: phase.tier,
    state,
    /** What belongs to the state: the commit of a complete phase, why one failed or was left out. */
    detail,
    category: phase.category,
    planned_category: phase.plan.category,
    raised_because: phase.raisedBecause,
    counters: {
      retries: phase.retryAttempt,
      revisions: phase.revisionEpoch,
      escalations: phase.escalationLevel,
      audit_failures: phase.auditFailures,
      interruptions: phase.interruptions,
    },
    spend: spendLines(facts, "phase", phase.ordinal),
    fallback: phase.usesFallback,
    approach: phase.approach,
    attempts: [...phase.pastAttempts, ...(phase.attempt === null ? [] : [phase.attempt])].map((attempt) =>
      toAttempt(facts, attempt),
    ),
    /** Failures in a row, and whether anything changed from one to the next. */
    failures: facts.failures.filter(({ phaseId }) => phaseId === phase.id).map(toFailure),
    change:
      candidate === null
        ? null
        : {
            summary: candidate.summary,
            files: candidate.filesChanged,
            lines_added: candidate.linesAdded,
            lines_deleted: candidate.linesDeleted,
            touched: candidate.touched,
          },
    gates: phase.evidence.map(toGate),
    acceptance: phase.acceptance === null ? null : toAcceptance(phase.acceptance),
    verdict:
      phase.verdict === null
        ? null
        : {
            decision: phase.verdict.decision,
            confidence: phase.verdict.confidence,
            summary: phase.verdict.summary,
          },
    findings: phaseFindings(phase),
  };
}

function toAttempt(facts: RunFacts, attempt: Attempt) {
  const times = facts.attemptTimes.find(({ id }) => id === attempt.id);
  const startedAt = times?.startedAt ?? null;
  const finishedAt = times?.finishedAt ?? null;
  return {
    id: attempt.id,
    number: attempt.number,
    role: attempt.role,
    state: attempt.state,
    worker: attempt.workerId,
    started_at: startedAt,
    finished_at: finishedAt,
    duration_ms: startedAt === null ? null : (finishedAt ?? facts.readAt).getTime() - startedAt.getTime(),
    failure: attempt.failure === null ? null : { class: attempt.failure.class, message: attempt.failure.message },
    waits: attempt.waits,
    usage: {
      input_tokens: attempt.usage.inputTokens,
      output_tokens: attempt.usage.outputTokens,
      cost_usd: attempt.usage.costUsd,
      turns: attempt.usage.turns,
    },
    agent_version: attempt.agentVersion,
    agent_spec: attempt.agentSpec,
    acceptance_spec: attempt.acceptanceSpec,
    log: attempt.log,
  };
}

function toFailure(failure: FailureFacts) {
  const { number, tree, errorKey: error, errorChanged, treeChanged } = failure;
  return { number, class: failure.class, error, tree, error_changed: errorChanged, tree_changed: treeChanged };
}

function toGate({ gate, conclusion, reason, steps }: GateEvidence) {
  return {
    gate,
    conclusion,
    reason,
    steps: steps.map(({ name, command, outcome, exitCode, durationMs, log }) => ({
      name,
      command,
      outcome,
      exit_code: exitCode,
      duration_ms: durationMs,
      log,
    })),
  };
}

function toAcceptance({ verdict, score, reason, results }: AcceptanceResult) {
  return {
    verdict,
    score,
    reason,
    results: results.map(({ durationMs, ...result }) => ({ ...result, duration_ms: durationMs })),
  };
}

/** One that the branch was rolled back behind, or whose phase was built anew, is history. */
function checkpointsOf({ run, checkpoints }: RunFacts) {
  return checkpoints.flatMap(({ landing, sha, at }) => {
    const phase = run.phases.find(({ state }) => state.kind === "complete" && state.sha === sha);
    return phase === undefined ? [] : [{ landing, phase: phase.ordinal, sha, at }];
  });
}
