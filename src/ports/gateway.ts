import type { Amounts } from "../domain/budget/budget.ts";
import type { AttemptId } from "../domain/ids.ts";
import type { ModelCall } from "../domain/pricing/modelCall.ts";
import type { ModelRef } from "../domain/settings.ts";
import type { Usage } from "../domain/usage.ts";

/** Why the next call is refused, in a sentence for the agent and for people: which cap, and what it is. */
export interface CallRefusal {
  readonly message: string;
}

/** Who keeps the books of an attempt's model calls. */
export interface ModelMeter {
  /** Asked before each call goes out, with what the attempt has used until then. */
  admit(used: Usage): Promise<CallRefusal | null>;
  /** Told of each call that went out, however it ended, before the agent sees the end of the answer. */
  record(call: ModelCall): Promise<void>;
  /** Told of a body to keep, redacted; only where the operator wants bodies kept. */
  keep(body: {
    readonly number: number;
    readonly direction: "request" | "answer";
    readonly text: string;
  }): Promise<void>;
}

export interface GatewayOrder {
  readonly attemptId: AttemptId;
  /** A private folder of the host in which the socket is made. */
  readonly folder: string;
  /** What the agent is to use first, then where to turn when that does not answer. Nothing else is allowed. */
  readonly models: readonly [ModelRef, ...ModelRef[]];
  /** Caps of this attempt. The next call is refused once one is reached; a call that streams is cut at them. */
  readonly grant: Amounts;
  readonly meter: ModelMeter;
  /** Ends all calls. */
  readonly signal: AbortSignal;
}

/** The gateway as one attempt has it. */
export interface OpenGateway {
  readonly socketPath: string;
  /** What the agent has to show as its key; worth nothing anywhere else. */
  readonly key: string;
  /** Metered until now. `turns` counts the calls that were answered. */
  usage(): Usage;
  /** Milliseconds that calls have waited for rate limits and failing providers until now. Waits side by side count once. */
  waitedMs(): number;
  /** What the agent could not know and its exit code does not say; null when nothing is the matter. */
  trouble(): GatewayTrouble | null;
  /** Ends what is under way, after it has been recorded, and removes the socket. Safe to repeat. */
  close(): Promise<void>;
}

export type GatewayTrouble =
  /** A call was refused at a cap. */
  | { readonly kind: "over_budget"; readonly message: string }
  | { readonly kind: "rate_limit"; readonly message: string; readonly retryAfterSeconds: number | null }
  | { readonly kind: "provider" | "authentication" | "bad_request" | "connection"; readonly message: string };

/** Stands between agents and models: has the keys, counts the tokens. */
export interface ModelGateway {
  /** @throws EnvironmentFailure where a model has no provider, or the provider no key: the message names the setting */
  open(order: GatewayOrder): Promise<OpenGateway>;
}

/** Knows which models can be asked on this server. */
export interface ModelDirectory {
  /** Why a model cannot be asked, with the setting that would change it; null when it can. Asks nobody. */
  objection(model: ModelRef): string | null;
}
