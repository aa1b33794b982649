import type { AttemptFailure, AttemptRole } from "../domain/attempt.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import type { AttemptId } from "../domain/ids.ts";
import type { AgentSettings } from "../domain/settings.ts";
import type { Usage } from "../domain/usage.ts";
import type { ModelMeter } from "./gateway.ts";
import type { Checkout } from "./git.ts";
import type { SandboxWatch } from "./sandbox.ts";

/** One execution of an agent, whatever its backend. */
export interface AgentTask {
  readonly attemptId: AttemptId;
  readonly role: AttemptRole;
  readonly settings: AgentSettings;
  readonly checkout: Checkout;
  /** Wall-clock time. */
  readonly timeoutMs: number;
  /** Rounds with the model, where the backend can be told. The gateway holds it to `grant` in any case. */
  readonly maxTurns: number;
  /** What the attempt may use, for the model gateway. */
  readonly grant: Amounts;
  readonly meter: ModelMeter;
  /** What to do, in Markdown. Goes in by file and by stdin. */
  readonly instructions: string;
  /** The same facts for programs. Goes in as JSON. */
  readonly context: Readonly<Record<string, unknown>>;
  /** The largest single file the agent may write. */
  readonly maxFileBytes: number;
}

/** Something that an agent did, live, in words that all backends share. Texts are the agent's own: untrusted, and long. */
export type AgentEvent =
  /** A round with the model has begun; from 1. */
  | { readonly kind: "turn"; readonly number: number }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "tool_call"; readonly id: string; readonly name: string; readonly input: string }
  | { readonly kind: "tool_result"; readonly id: string; readonly output: string; readonly isError: boolean }
  /** By the agent's own count, since it started. */
  | { readonly kind: "usage"; readonly usage: Usage }
  /** What went wrong or was tried again, in the agent's words. */
  | { readonly kind: "notice"; readonly text: string };

export interface AgentWatch extends SandboxWatch {
  /** Never throws. */
  readonly onEvent?: (event: AgentEvent) => void;
}

/** `result` is the agent's own JSON, unparsed: the caller decides whether to believe it. */
type AgentEnd =
  | { readonly kind: "finished"; readonly result: string | null }
  | ({ readonly kind: "failed"; readonly result: string | null } & AttemptFailure)
  | { readonly kind: "timed_out"; readonly message: string }
  | { readonly kind: "cancelled" };

/** Facts of how an attempt was really done. */
export interface AgentFacts {
  /** Of the program that ran, as it says itself; null where nobody knows. */
  readonly version: string | null;
  /** What the gateway counted; null for an agent that did not use it. */
  readonly metered: Usage | null;
  /** Part of `metered` is an estimate: an answer broke off. Absent: none is. */
  readonly isEstimated?: boolean;
  /** What the agent says it used; null when it says nothing. Checked against `metered`, never believed. */
  readonly reported: Usage | null;
}

export type AgentOutcome = AgentEnd & { readonly facts?: AgentFacts };

export interface Agent {
  run(task: AgentTask, watch: AgentWatch): Promise<AgentOutcome>;
}
