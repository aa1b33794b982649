import fc from "fast-check";
import type { FailureClass } from "../../src/domain/attempt.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { Sha } from "../../src/domain/ids.ts";
import type { Intent } from "../../src/domain/intent.ts";
import type { Candidate, Phase } from "../../src/domain/phase.ts";
import { headOf } from "../../src/domain/phaseWork.ts";
import type { PlannedPhase } from "../../src/domain/plan.ts";
import type { Run } from "../../src/domain/run.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { candidate, checked, plannedPhase, started } from "./runFixture.ts";

/** More events than any story may take: then it would never end. */
export const MAX_EVENTS = 4000;

const FAILURES: readonly FailureClass[] = [
  "agent",
  "timeout",
  "memory",
  "policy",
  "rejected",
  "junk_result",
  "checks",
  "syntax",
  "validation",
  "missing_dependency",
  "rate_limit",
  "provider",
  "connection",
  "authentication",
  "environment",
];

/** What the world answers to a job, drawn at random. `dice` gives numbers from 0 to below its argument. */
export function answer(run: Run, intent: Intent, dice: (sides: number) => number): readonly RunEvent[] {
  const phase = run.phases.find((other) => "attemptId" in intent && other.attempt?.id === intent.attemptId);
  switch (intent.kind) {
    case "build_phase":
      return [started(intent.attemptId), built(run, phase, { id: intent.attemptId, dice })];
    case "audit_phase":
      return [started(intent.attemptId), audited(phase, { id: intent.attemptId, dice })];
    case "investigate_phase":
      return [started(intent.attemptId), investigated(intent.attemptId, dice)];
    case "check_phase":
      return checkedPhase(
        run,
        run.phases.find((other) => other.id === intent.phaseId),
        dice,
      );
    case "integrate_phase":
      return [{ kind: "phase_integrated", phaseId: intent.phaseId, sha: commit(run) }];
    case "verify_run":
      return [
        {
          kind: "gates_verified",
          head: run.head ?? commit(run),
          base: run.base?.sha ?? commit(run),
          conflicts: [],
          evidence: [],
        },
      ];
    case "reset_branch":
      return run.rollback === null ? [] : [{ kind: "branch_reset", to: run.rollback.to }];
    case "read_change": {
      const made = { ...candidate("9", run.base?.sha), isWhole: true } as const;
      return [{ kind: "change_read", phaseId: intent.phaseId, candidate: made }];
    }
    case "end_closed":
      return [{ kind: "closing_expired", epoch: intent.epoch }];
    case "await_ci":
    case "answer_threads":
    case "forecast_conflicts":
    case "show_foreign":
    case "note_revert":
    case "prepare_run":
    case "plan_run":
    case "watch_head":
    case "merge_pull":
    case "delete_branch":
    case "project_run":
    case "post_answer":
    case "handle_delivery":
      return [];
  }
}

interface Throw {
  readonly id: string;
  readonly dice: (sides: number) => number;
}

let commits = 0;

/** A commit nobody has had before. */
export function commit(run: Run): Sha {
  commits += 1;
  return `${run.phases.length}${commits}`.padStart(40, "0") as Sha;
}

function failure(id: string, dice: Throw["dice"]): RunEvent {
  const cls = FAILURES[dice(FAILURES.length)] ?? "agent";
  return {
    kind: "attempt_failed",
    attemptId: id as never,
    outcome: "failed",
    log: null,
    usage: NO_USAGE,
    failure: { class: cls, message: `boom ${dice(3)}` },
  };
}

function built(run: Run, phase: Phase | undefined, { id, dice }: Throw): RunEvent {
  const record = { attemptId: id as never, log: null, usage: { ...NO_USAGE, inputTokens: dice(200_000) } };
  switch (dice(8)) {
    case 0:
      return failure(id, dice);
    case 1:
      return { kind: "attempt_lost", attemptId: id as never };
    case 2:
      return { kind: "phase_unchanged", summary: "", ...record };
    default: {
      const made: Candidate = candidate("abcdef"[dice(6)] ?? "a", phase?.attempt?.base ?? headOf(run));
      const raised = dice(5) === 0 ? { category: "schema_contract_change", because: "touches db/1.sql" } : null;
      return { kind: "phase_built", candidate: made, findings: [], raised, ...record };
    }
  }
}

function audited(phase: Phase | undefined, { id, dice }: Throw): RunEvent {
  if (dice(8) === 0) return failure(id, dice);
  const decision = (["approve", "approve", "approve", "approve", "revise", "escalate"] as const)[dice(6)] ?? "approve";
  const patch = phase?.candidate?.patch ?? candidate("1").patch;
  const verdict = { patch, decision, confidence: "high", summary: "", findings: [] } as const;
  return { kind: "audit_finished", attemptId: id as never, verdict, log: null, usage: NO_USAGE };
}

function investigated(id: string, dice: Throw["dice"]): RunEvent {
  const record = { kind: "investigation_finished", attemptId: id as never, log: null, usage: NO_USAGE } as const;
  const followUp = { instructions: "", acceptance: [], files: [] };
  switch (dice(4)) {
    case 0:
      return failure(id, dice);
    case 1:
      return { ...record, answer: { decision: "new_approach", summary: "", instructions: "do it otherwise" } };
    case 2:
      return {
        ...record,
        answer: {
          decision: "split",
          summary: "",
          phases: [
            { title: "First", after: [], ...followUp },
            { title: "Second", after: [0], ...followUp },
          ],
        },
      };
    default:
      return { ...record, answer: { decision: "give_up", summary: "no way" } };
  }
}

function checkedPhase(run: Run, phase: Phase | undefined, dice: Throw["dice"]): readonly RunEvent[] {
  const made = phase?.candidate ?? null;
  if (phase === undefined || made === null) return [];
  const onHead = { ...made, base: headOf(run) ?? made.base };
  if (dice(6) === 0) return [checked(phase.id, onHead, "failure")];
  if (onHead.base !== made.base && dice(4) === 0)
    return [{ kind: "candidate_conflicted", phaseId: phase.id, onto: onHead.base, paths: ["a.ts"] }];
  if (onHead.base !== made.base && dice(8) === 0)
    return [{ kind: "candidate_superseded", phaseId: phase.id, onto: onHead.base }];
  return [checked(phase.id, onHead)];
}

const plans: fc.Arbitrary<readonly PlannedPhase[]> = fc
  .array(
    fc.record({
      tier: fc.integer({ min: 1, max: 3 }),
      file: fc.integer({ min: 0, max: 5 }),
      after: fc.integer({ min: 0, max: 9 }),
    }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((drafts) =>
    drafts
      .toSorted((left, right) => left.tier - right.tier)
      .map(({ tier, file, after }, index) =>
        plannedPhase(`Phase ${index + 1}`, {
          tier: `Tier ${tier}`,
          impacts:
            file === 0 ? [] : [{ operation: "update", path: `src/${file}.ts`, source: "declared", confidence: 1 }],
          dependsOn: after > 0 && after <= index ? [after] : [],
        }),
      ),
  );

export const stories = fc.record({
  plan: plans,
  seed: fc.infiniteStream(fc.nat({ max: 1_000_000 })),
  hasInvestigator: fc.boolean(),
  hasFallback: fc.boolean(),
});
