/** What a scripted model wants done, whatever the agent's tools are called. Paths are relative to the agent's checkout. */
export type ToolUse =
  | { readonly kind: "shell"; readonly command: string }
  | { readonly kind: "write_file"; readonly path: string; readonly text: string }
  | { readonly kind: "read_file"; readonly path: string };

/** One answer of the model. An answer without tools ends the agent's work. */
export interface Turn {
  readonly say?: string;
  readonly tools?: readonly ToolUse[];
  /** Text that never ends; what comes after it is never sent. */
  readonly endless?: boolean;
  readonly fault?: Fault;
}

/** What goes wrong before the answer comes. `times` is how often; then the answer is given. Absent: once. */
export type Fault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly times?: number;
    }
  /** 200, and a body that is none of the wire's forms. */
  | { readonly kind: "junk"; readonly times?: number }
  /** The connection breaks after so many events of a stream, or in the middle of a JSON body. */
  | { readonly kind: "cut"; readonly afterEvents: number; readonly times?: number }
  /** Each event waits so long. Nothing is wrong with the answer. */
  | { readonly kind: "slow"; readonly eventMs: number; readonly times?: number };

/** What the model was asked, in words that all forms share. */
export interface Question {
  readonly model: string;
  /** From 0: how many answers of the model the conversation holds already. The same again after a failure. */
  readonly turn: number;
  /** All text of the request: system, messages, results of tools. */
  readonly text: string;
  /** Names of the agent's tools; empty for what agents ask beside their work, such as a title. */
  readonly tools: readonly string[];
}

/** Turns in their order, after which the model says that it is done; or what decides each time. */
export type Script = readonly Turn[] | ((question: Question) => Turn);

/** By name of the model; `*` stands for all others. */
export type Scripts = Readonly<Record<string, Script>>;

const DONE: Turn = { say: "Done." };

/** The turn that answers a question. */
export function turnFor(scripts: Scripts, question: Question): Turn {
  const script = scripts[question.model] ?? scripts["*"] ?? [];
  if (typeof script === "function") return script(question);
  return script[question.turn] ?? DONE;
}
