import type { ArtifactId, AttemptId } from "./ids.ts";
import type { Usage } from "./usage.ts";

export type AttemptRole = "builder" | "auditor";

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
  readonly failure: AttemptFailure | null;
  readonly log: ArtifactId | null;
  readonly usage: Usage;
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
  | "conflict"
  | "environment";

export interface AttemptFailure {
  readonly class: FailureClass;
  /** For the next attempt and for people: what happened, in words. */
  readonly message: string;
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
