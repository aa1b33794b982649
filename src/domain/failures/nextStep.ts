import type { RetryPolicy } from "../acceptance/acceptance.ts";
import { retryDelaySeconds } from "../acceptance/retryDelaySeconds.ts";
import type { AttemptFailure, FailureClass } from "../attempt.ts";
import type { PastFailure } from "../phase.ts";
import type { FailureReason } from "../run.ts";
import { rateLimitSeconds } from "./rateLimitSeconds.ts";
import { noProgress, timesRepeated } from "./noProgress.ts";

/** Failures with a broken syntax, and failed acceptances where the plan names no policy, that end the retries. */
const SYNTAX_FAILURES = 3;
const VALIDATION_FAILURES = 2;

/** The same error on the same files so often is given up, where nobody is there to look into it. */
const SAME_FAILURES = 3;

/** What is known when a Builder's attempt, or the check of its result, has failed. */
export interface FailureFacts {
  readonly failure: AttemptFailure;
  /** Failures since the last step of escalation, this one last. */
  readonly failures: readonly PastFailure[];
  /** How often this attempt has waited for a rate limit already. */
  readonly waits: number;
  /** The change undoes one that has landed in this run. */
  readonly revertsLanded: boolean;
  /** Builder attempts the phase may have on this level of escalation, the first included. */
  readonly attempts: number;
  readonly investigations: { readonly done: number; readonly allowed: number };
  /** The acceptance spec's policy; null when the phase has none. */
  readonly retry: RetryPolicy | null;
  readonly fallback: "none" | "available" | "in_use";
}

/** What follows a failure. Only `retry` uses up an attempt. */
export type NextStep =
  | { readonly kind: "retry"; readonly afterSeconds: number; readonly install: boolean }
  | { readonly kind: "use_fallback" }
  | { readonly kind: "investigate"; readonly why: string }
  /** The same attempt goes on later: a rate limit. */
  | { readonly kind: "wait"; readonly afterSeconds: number }
  /** Nobody's failure: the work is done again, and counts as an interruption. */
  | { readonly kind: "again"; readonly wait: boolean }
  | { readonly kind: "give_up"; readonly reason: FailureReason; readonly message: string };

/**
 * Decides what follows a Builder's failure, by its class, by what was tried already, and by whether there was progress.
 *
 * Every sequence of answers ends: retries are bounded by `attempts` on each level of escalation, levels by the fallback
 * and the investigations allowed, waits by a constant, and interruptions by the caller, who counts them.
 */
export function nextStep(facts: FailureFacts): NextStep {
  const { failure } = facts;
  switch (failure.class) {
    case "rate_limit":
      return waitOrGiveUp(facts);
    case "environment":
      return { kind: "again", wait: true };
    case "conflict":
      return { kind: "again", wait: false };
    case "policy":
      return { kind: "give_up", reason: "policy_violation", message: failure.message };
    case "authentication":
      return needsOperator(failure, "Give the agent valid credentials, then ask for a retry.");
    case "permission":
      return needsOperator(failure, "Let the agent's account use this model or service, then ask for a retry.");
    case "not_found":
      return needsOperator(failure, "Correct the model or address that the agent asks for, then ask for a retry.");
    case "bad_request":
      return needsOperator(failure, "The same request would be refused again: mend the agent, then ask for a retry.");
    case "provider":
    case "connection":
      return (
        retryOr(facts, { afterSeconds: pause(countOf(facts, "provider", "connection")) }) ?? withoutProvider(facts)
      );
    case "timeout":
      return stuck(facts) ?? retryOr(facts, { afterSeconds: pause(countOf(facts, "timeout")) }) ?? escalate(facts);
    case "missing_dependency":
      return stuck(facts) ?? retryOr(facts, { install: true }) ?? escalate(facts);
    case "validation":
      return stuck(facts) ?? revalidate(facts) ?? escalate(facts);
    case "syntax":
      return stuck(facts) ?? retryBelow(facts, SYNTAX_FAILURES) ?? escalate(facts);
    case "agent":
    case "output_limit":
    case "memory":
    case "rejected":
    case "junk_result":
    case "no_progress":
    case "checks":
      return stuck(facts) ?? retryOr(facts) ?? escalate(facts);
  }
}

/** Work that goes round in circles is looked into; where nobody may, it has one more try with the feedback. */
function stuck(facts: FailureFacts): NextStep | null {
  const why = facts.revertsLanded ? "The change undoes one that has landed." : noProgress(facts.failures);
  if (why !== null && mayInvestigate(facts)) return { kind: "investigate", why };
  return timesRepeated(facts.failures) >= SAME_FAILURES ? escalate(facts) : null;
}

/** A retry while attempts last, else null. */
function retryOr(
  facts: FailureFacts,
  { afterSeconds = 0, install = false }: { readonly afterSeconds?: number; readonly install?: boolean } = {},
): NextStep | null {
  return facts.failures.length < facts.attempts ? { kind: "retry", afterSeconds, install } : null;
}

function retryBelow(facts: FailureFacts, limit: number, afterSeconds = 0): NextStep | null {
  return countOf(facts, facts.failure.class) < limit ? retryOr(facts, { afterSeconds }) : null;
}

/** The plan's own policy goes before the rule for failed acceptances; the phase's attempts limit both. */
function revalidate(facts: FailureFacts): NextStep | null {
  const { retry } = facts;
  if (retry === null) return retryBelow(facts, VALIDATION_FAILURES);
  if (retry.kind === "none") return null;
  return retryBelow(facts, retry.maxRetries + 1, pause(countOf(facts, "validation"), retry.kind));
}

/** What is left when there are no retries: another Builder, somebody who looks into it, or nothing. */
function escalate(facts: FailureFacts): NextStep {
  if (facts.fallback === "available") return { kind: "use_fallback" };
  if (mayInvestigate(facts)) return { kind: "investigate", why: "The attempts are used up." };
  return giveUp(facts);
}

/** An investigator would meet the same provider; a fallback may have another one. */
function withoutProvider(facts: FailureFacts): NextStep {
  return facts.fallback === "available" ? { kind: "use_fallback" } : giveUp(facts);
}

function giveUp({ failure, failures, investigations }: FailureFacts): NextStep {
  const tried = failures.length <= 1 ? "One attempt" : `${failures.length} attempts`;
  const after = investigations.done === 0 ? "" : ` after ${investigated(investigations.done)}`;
  return {
    kind: "give_up",
    reason: "phases_failed",
    message: `${tried} failed${after}. The last one: ${failure.message}`,
  };
}

function investigated(times: number): string {
  return times === 1 ? "an investigation" : `${times} investigations`;
}

function needsOperator({ message }: AttemptFailure, advice: string): NextStep {
  return { kind: "give_up", reason: "environment", message: `${message}\n\n${advice}` };
}

function waitOrGiveUp({ failure, waits }: FailureFacts): NextStep {
  const afterSeconds = rateLimitSeconds(failure, waits);
  if (afterSeconds !== null) return { kind: "wait", afterSeconds };
  const message = `The rate limit was still there after ${waits} waits: ${failure.message}`;
  return { kind: "give_up", reason: "environment", message };
}

function mayInvestigate({ investigations }: FailureFacts): boolean {
  return investigations.done < investigations.allowed;
}

function countOf({ failures }: FailureFacts, ...classes: readonly FailureClass[]): number {
  return failures.filter((failure) => classes.includes(failure.class)).length;
}

/** 1 s, 2 s, 4 s … 60 s; `time` counts from 1. The same facts give the same step, so there is no jitter. */
function pause(time: number, kind: RetryPolicy["kind"] = "exponential"): number {
  return retryDelaySeconds({ kind }, time - 1, 0);
}
