import type { AgentEvent } from "../../ports/agent.ts";
import type { AgentBackend, ModelRef } from "../../domain/settings.ts";
import type { Usage } from "../../domain/usage.ts";

/** Form of requests to a model. */
export type ModelApi = "anthropic" | "openai_responses" | "openai_chat" | "gemini";

/** A coding agent from npm that Autopack installs, starts and reads. One module a backend implements it. */
export interface CliBackend {
  readonly backend: AgentBackend;
  /**
   * Pinned, and installed without its install scripts. `bin`: the program's name in the package's `bin`. `file`: what to start in
   * its place, relative to the package, where that one works only after a script has run.
   */
  readonly npm: { readonly name: string; readonly version: string; readonly bin: string; readonly file?: string };
  /** The form in which it asks the gateway. */
  readonly api: ModelApi;
  /** How to start it for one attempt. Pure: the driver writes the files. */
  launch(order: CliOrder): CliLaunch;
  /** A reader for one attempt's output. */
  read(): CliReader;
}

/** All paths are as the program sees them. */
export interface CliOrder {
  /** The installed program; absolute. */
  readonly program: string;
  /** An empty private folder that will be HOME. */
  readonly home: string;
  /** Where instructions lie and results go. */
  readonly exchange: string;
  readonly checkout: string;
  readonly model: ModelRef;
  /** `http://127.0.0.1:<port>`: the gateway's root, without a path. */
  readonly gatewayUrl: string;
  /** Shown to the gateway as the key. */
  readonly key: string;
  readonly maxTurns: number;
  /** Whether the checkout may be written: false for all but the Builder. */
  readonly mayWrite: boolean;
  readonly instructions: string;
}

export interface CliLaunch {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Relative to `home`: the program's own configuration. */
  readonly files: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/** Turns the program's output into events. The output is untrusted: what does not parse is a notice, never a throw. */
export interface CliReader {
  /** One line, without its end. */
  line(text: string): readonly AgentEvent[];
  /** What the output came to, once the program has ended. */
  end(): CliEnd;
}

export interface CliEnd {
  /** The agent's last message, which is its result where it wrote no result file. */
  readonly lastMessage: string | null;
  readonly reported: Usage | null;
  /** What went wrong by the output, whatever the exit code; null when nothing did. */
  readonly error: string | null;
  /** Whether the output says that the work was done to its end. A program that exits 0 without having said so has failed. */
  readonly isComplete: boolean;
}
