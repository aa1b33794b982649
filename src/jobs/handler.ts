import type { Knex } from "knex";
import type { Logger } from "pino";
import type { Intent, IntentKind, IntentOf } from "../domain/intent.ts";
import type { RunEvent } from "../domain/event.ts";
import type { RunId } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { Policy } from "../domain/strategy/overrides.ts";
import type { Agent } from "../ports/agent.ts";
import type { Artifacts } from "../ports/artifacts.ts";
import type { CallMeter } from "../ports/callMeter.ts";
import type { Clock } from "../ports/clock.ts";
import type { Egress } from "../ports/egress.ts";
import type { Forges } from "../ports/forge.ts";
import type { ModelDirectory } from "../ports/gateway.ts";
import type { Git } from "../ports/git.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { SetupCache } from "../ports/setupCache.ts";
import type { Surveys } from "../ports/survey.ts";
import type { Store } from "../store/store.ts";
import type { RunningAttempts } from "./runningAttempts.ts";

/** What a job may use. One object a worker, shared by all its jobs. */
export interface JobDeps {
  readonly store: Store;
  readonly git: Git;
  readonly forges: Forges;
  readonly surveys: Surveys;
  readonly agent: Agent;
  /** Whether agents can ask the models that they are configured with. */
  readonly models: ModelDirectory;
  readonly sandbox: Sandbox;
  /** What set-up steps made before. Absent: they run in every checkout. */
  readonly setupCache?: SetupCache;
  /** The network of set-up and install steps. Absent: they have none. */
  readonly egress?: Egress;
  readonly artifacts: Artifacts;
  /** Takes known secrets, and what looks like one, out of a text. */
  redact(text: string): string;
  readonly clock: Clock;
  readonly log: Logger;
  /** This process, for the attempts it takes up. */
  readonly workerId: string;
  readonly attempts: RunningAttempts;
  /** Counts what a job asks of GitHub. */
  readonly calls: CallMeter;
  /** The operator's ceilings. */
  readonly policy: Policy;
  /** `https://github.com`, or the GitHub Enterprise host, for links. */
  readonly webUrl: string;
  advance(runId: RunId, event: RunEvent): Promise<Run>;
  enqueue(tx: Knex, intent: Intent): Promise<void>;
  /**
   * Does `work` while the run wants it: the signal aborts as soon as a change of the run makes `wanted` false, or the
   * worker has no more time to drain.
   */
  whileWanted<T>(runId: RunId, wanted: (run: Run) => boolean, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Whether the app acts on webhooks of this event. */
  handles(event: string): boolean;
  /** Hands a stored webhook to the app's handlers. */
  receive(delivery: { readonly id: string; readonly event: string; readonly payload: unknown }): Promise<void>;
}

/** Does one effect and reports it. May be run twice: it re-reads the run and returns when the state it expects is past. */
export type JobHandler<K extends IntentKind> = (intent: IntentOf<K>, deps: JobDeps) => Promise<void>;
