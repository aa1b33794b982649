import type { Tokens } from "./tokens.ts";

export type FormName = "anthropic" | "openai_responses" | "openai_chat" | "gemini";

/** A tool as a request offers it. `custom` takes text, not JSON. */
export interface Tool {
  readonly name: string;
  readonly kind: "function" | "custom";
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
}

export interface WireRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly tools: readonly Tool[];
  readonly text: string;
  readonly turn: number;
  /** The answer has to be JSON after this schema; null for free text. */
  readonly schema: unknown;
}

/** A call of a tool in the agent's own terms: an object for a function, text for a custom tool. */
export interface ToolCall {
  readonly id: string;
  readonly tool: Tool;
  readonly input: Readonly<Record<string, unknown>> | string;
}

export interface WireAnswer {
  readonly number: number;
  readonly model: string;
  /** Pieces of text, as they are streamed. May be endless. */
  readonly pieces: Iterable<string>;
  readonly calls: readonly ToolCall[];
  readonly tokens: Tokens;
}

/** One provider's way of saying all this. */
export interface WireForm {
  readonly name: FormName;
  /** What this form cannot tell apart is counted as the form tells it. */
  tokens(full: Tokens): Tokens;
  /** @throws on a body that is none of this form */
  read(body: unknown, path: string): WireRequest;
  whole(answer: WireAnswer): unknown;
  /** Events of the stream, ready to be sent. */
  events(answer: WireAnswer): Iterable<string>;
  error(status: number, message: string): unknown;
}
