import type { GateEvidence } from "./gate.ts";
import type { Sha } from "./ids.ts";

/** A check of the repository's own that a CI profile waits for on the integration head. */
export interface AwaitedCheck {
  /** Its name, or a glob over names; check runs of any app and commit statuses alike. */
  readonly check: string;
  /** How long it may take, from when it was first waited for. */
  readonly timeoutMs: number;
  /** When nothing that matches has started by then, CI is missing. */
  readonly startWithinMs: number;
}

/** The CI of a head whose commands have passed, while the repository's own checks are waited for. */
export interface Awaiting {
  readonly head: Sha;
  /** The tip of the base that the head was verified with. */
  readonly base: Sha;
  readonly checks: readonly AwaitedCheck[];
  /** What the gates said so far. */
  readonly evidence: readonly GateEvidence[];
  /** ISO time. */
  readonly since: string;
}
