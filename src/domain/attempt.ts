import type { Amounts } from "./budget/budget.ts";
import type { ArtifactId, AttemptId, Sha } from "./ids.ts";
import type { Usage } from "./usage.ts";

export type AttemptRole = "planner" | "builder" | "auditor" | "investigator";

/** `paused` waits for a rate limit and uses up nothing. Completed is the supervisor's word, never the agent's. */
export type AttemptState =
  "pending" | "running" | "paused" | "completed" | "failed" | "timed_out" | "cancelled" | "lost";

/** One execution of an agent. Only a phase's newest attempt can change anything. */
export interface Attempt {
  readonly id: AttemptId;
  readonly number: number;
  readonly role: AttemptRole;
  readonly state: AttemptState;
  readonly workerId: string | null;
  /** Where it starts from: the head as it was when the attempt was planned. */
  readonly base: Sha;
  /** SHA-256 of the agent spec, and of the acceptance spec, it was done by; null until it has started. */
  readonly agentSpec: string | null;
  readonly acceptanceSpec: string | null;
  /** What was reserved for it; null until it has started. */
  readonly grant: Amounts | null;
  /** How often it has waited, for a rate limit or for a held run. Its jobs carry the number: one of an earlier wait is stale. */
  readonly waits: number;
  readonly failure: AttemptFailure | null;
  readonly log: ArtifactId | null;
  readonly usage: Usage;
  /** Of the program that ran, as it says itself; null where nobody knows. */
  readonly agentVersion: string | null;
}

/**
 * `policy`: governed apply refused, and only a person may decide. `rejected`: it refused, and another attempt can mend it.
 * `environment`: not the agent's fault, so it uses up no attempt.
 */
export type FailureClass =
  | "agent"
  | "timeout"
  | "output_limit"
  | "memory"
  | "policy"
  | "rejected"
  | "junk_result"
  | "no_progress"
  | "checks"
  | "syntax"
  | "validation"
  | "missing_dependency"
  | "conflict"
  | "rate_limit"
  | "provider"
  | "connection"
  | "authentication"
  | "permission"
  | "bad_request"
  | "not_found"
  | "environment";

export interface AttemptFailure {
  readonly class: FailureClass;
  /** For the next attempt and for people: what happened, in words. */
  readonly message: string;
  /** Seconds the provider asked to wait, for `rate_limit`; null when it did not say. */
  readonly retryAfterSeconds?: number | null;
}

const MOVES: Readonly<Record<AttemptState, readonly AttemptState[]>> = {
  pending: ["running", "cancelled", "lost"],
  running: ["paused", "completed", "failed", "timed_out", "cancelled", "lost"],
  paused: ["running", "failed", "timed_out", "cancelled", "lost"],
  completed: [],
  failed: [],
  timed_out: [],
  cancelled: [],
  lost: [],
};

export function isLive(attempt: Attempt): boolean {
  return MOVES[attempt.state].length > 0;
}

/** The attempt in its next state, or null when that move is not allowed. */
export function moveAttempt(attempt: Attempt, to: AttemptState): Attempt | null {
  return MOVES[attempt.state].includes(to) ? { ...attempt, state: to } : null;
}
