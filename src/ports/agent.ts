import type { AttemptFailure, AttemptRole } from "../domain/attempt.ts";
import type { AttemptId } from "../domain/ids.ts";
import type { AgentSettings } from "../domain/settings.ts";
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
  /** What to do, in Markdown. Goes in by file and by stdin. */
  readonly instructions: string;
  /** The same facts for programs. Goes in as JSON. */
  readonly context: Readonly<Record<string, unknown>>;
  /** The largest single file the agent may write. */
  readonly maxFileBytes: number;
}

/** `result` is the agent's own JSON, unparsed: the caller decides whether to believe it. */
export type AgentOutcome =
  | { readonly kind: "finished"; readonly result: string | null }
  | ({ readonly kind: "failed"; readonly result: string | null } & AttemptFailure)
  | { readonly kind: "timed_out"; readonly message: string }
  | { readonly kind: "cancelled" };

export interface Agent {
  run(task: AgentTask, watch: SandboxWatch): Promise<AgentOutcome>;
}
