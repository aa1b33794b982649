import type { AttemptFailure, AttemptRole } from "./attempt.ts";
import type { Decision } from "./decision.ts";
import { errorKey } from "./failures/errorKey.ts";
import { maxInvestigations } from "./failures/maxInvestigations.ts";
import { nextStep } from "./failures/nextStep.ts";
import type { FailureFacts } from "./failures/nextStep.ts";
import type { TreeId } from "./ids.ts";
import type { PastFailure, Phase } from "./phase.ts";
import { abandon, build, interrupted, investigate, waitForLimit } from "./phaseWork.ts";
import { limitsOf, rulesOf } from "./rulesOf.ts";
import type { Run } from "./run.ts";

/** A Builder's failure, or that of the check of its result. */
export interface BuilderFailure {
  readonly failure: AttemptFailure;
  /** What failed the checks; null when there was nothing to check. */
  readonly tree: TreeId | null;
  readonly revertsLanded?: boolean;
}

/** Goes on after a failure as its class, the attempts left and the progress so far say. */
export function builderFailed(run: Run, phase: Phase, failed: BuilderFailure): Decision {
  const { failure } = failed;
  const facts = factsOf(run, phase, failed);
  const step = nextStep(facts);
  const remembered: Phase = { ...phase, failures: facts.failures, feedback: feedbackOf(phase, failure) };
  switch (step.kind) {
    case "retry":
      return build(
        run,
        { ...remembered, retryAttempt: phase.retryAttempt + 1, needsInstall: phase.needsInstall || step.install },
        step.afterSeconds,
      );
    case "use_fallback":
      return build(run, { ...escalated(remembered), escalationLevel: phase.escalationLevel + 1, usesFallback: true });
    case "investigate":
      return investigate(run, { ...remembered, feedback: `${step.why}\n\n${failure.message}` });
    case "wait": {
      if (phase.attempt === null) return build(run, phase, step.afterSeconds);
      return waitForLimit(run, phase, { attempt: phase.attempt, afterSeconds: step.afterSeconds });
    }
    case "again":
      return interrupted(
        run,
        { ...phase, feedback: failure.class === "conflict" ? failure.message : phase.feedback },
        { role: "builder", wait: step.wait, message: failure.message },
      );
    case "give_up":
      return abandon(run, { ...remembered, retryAttempt: phase.retryAttempt + 1 }, step);
  }
}

/** What was wrong with the work stays to be answered when it is the provider that fails. */
function feedbackOf({ feedback }: Phase, failure: AttemptFailure): string | null {
  return failure.class === "provider" || failure.class === "connection" ? feedback : failure.message;
}

/** A phase as its next level of escalation finds it: what was tried before counts no more against it. */
export function escalated(phase: Phase): Phase {
  return { ...phase, retryAttempt: 0, failures: [] };
}

function factsOf(run: Run, phase: Phase, { failure, tree, revertsLanded = false }: BuilderFailure): FailureFacts {
  const latest: PastFailure = { class: failure.class, errorKey: errorKey(failure.message), tree };
  const hasFallback = run.settings !== null && run.settings.fallbackBuilder !== null;
  const fallback = hasFallback && phase.plan.spec?.useFallback !== false ? "available" : "none";
  return {
    failure,
    failures: [...phase.failures, latest],
    waits: phase.attempt?.waits ?? 0,
    revertsLanded,
    attempts: limitsOf(run, phase, "builder").attempts,
    investigations: { done: attemptsIn(phase, "investigator"), allowed: allowedInvestigations(run, phase) },
    retry: phase.plan.spec?.retry ?? null,
    fallback: phase.usesFallback ? "in_use" : fallback,
  };
}

function allowedInvestigations(run: Run, phase: Phase): number {
  if (run.settings === null || run.settings.investigator === null) return 0;
  const attempts = [...phase.pastAttempts, ...(phase.attempt === null ? [] : [phase.attempt])];
  const tokens = attempts.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0);
  return maxInvestigations(tokens, rulesOf(run, phase).tokens);
}

function attemptsIn(phase: Phase, role: AttemptRole): number {
  return [...phase.pastAttempts, phase.attempt].filter((attempt) => attempt?.role === role).length;
}
