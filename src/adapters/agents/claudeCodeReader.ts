import { z } from "zod";
import type { Usage } from "../../domain/usage.ts";
import type { AgentEvent } from "../../ports/agent.ts";
import type { CliReader } from "./cliBackend.ts";
import { noticeOf, readJsonLine } from "./jsonLine.ts";

const count = z.number().min(0).catch(0).default(0);
const text = z.string().catch("").default("");

/** The model of answers that no model gave: an error, in words. */
const SYNTHETIC = "<synthetic>";

const tokens = z.object({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
});

const modelTokens = z.object({
  inputTokens: count,
  cacheCreationInputTokens: count,
  cacheReadInputTokens: count,
  outputTokens: count,
});

const block = z.looseObject({
  type: z.string(),
  text,
  id: text,
  name: text,
  input: z.unknown().optional(),
  tool_use_id: text,
  content: z.unknown().optional(),
  is_error: z.boolean().catch(false).default(false),
});
type Block = z.infer<typeof block>;

/** Content may be a text alone; blocks of a kind that nobody knows are let pass. */
const blocks = z
  .union([z.string().transform((only): unknown[] => [{ type: "text", text: only }]), z.array(z.unknown())])
  .transform((items) => items.flatMap((item) => block.safeParse(item).data ?? []))
  .catch([]);

const line = z.discriminatedUnion("type", [
  z.object({ type: z.literal("assistant"), message: z.object({ id: text, model: text, content: blocks }) }),
  z.object({ type: z.literal("user"), message: z.object({ content: blocks }) }),
  z.object({
    type: z.literal("system"),
    subtype: text,
    error: z.unknown().optional(),
    attempt: z.unknown().optional(),
    max_retries: z.unknown().optional(),
  }),
  z.object({
    type: z.literal("result"),
    subtype: text,
    is_error: z.boolean().catch(true),
    num_turns: count,
    result: z.string().nullish().catch(null),
    errors: z.array(z.string()).catch([]).default([]),
    total_cost_usd: count,
    usage: tokens.nullish().catch(null),
    modelUsage: z.record(z.string(), modelTokens).nullish().catch(null),
  }),
]);
type Answer = Extract<z.infer<typeof line>, { readonly type: "assistant" }>["message"];
type Retry = Extract<z.infer<typeof line>, { readonly type: "system" }>;
type Result = Extract<z.infer<typeof line>, { readonly type: "result" }>;

/** Any other event: there are more kinds than we use, and new ones come with each version. */
const anyLine = z.union([line, z.looseObject({ type: z.string() }).transform(() => null)]);

/**
 * Reads `--output-format stream-json`. Its exit code and `subtype` are not believed: a refused key says `success` beside
 * `is_error`. One answer of the model comes as several lines, one a block, that share an id.
 */
export function claudeCodeReader(): CliReader {
  let turns = 0;
  let answer: string | null = null;
  let said: string | null = null;
  let result: Result | null = null;

  const assistant = (message: Answer): readonly AgentEvent[] => {
    if (message.model === SYNTHETIC) return message.content.map((part) => noticeOf(part.text));
    const isNew = answer === null || message.id !== answer;
    answer = message.id;
    if (isNew) turns += 1;
    const events = message.content.flatMap(answerEvents);
    said = events.findLast((event) => event.kind === "message")?.text ?? said;
    return isNew ? [{ kind: "turn", number: turns }, ...events] : events;
  };
  return {
    line: (raw) => {
      const read = readJsonLine(raw, anyLine);
      if (read.kind === "other") return read.events;
      if (read.event === null) return [];
      switch (read.event.type) {
        case "assistant":
          return assistant(read.event.message);
        case "user":
          return read.event.message.content.flatMap(toolResult);
        case "system":
          return read.event.subtype === "api_retry" ? [noticeOf(retryText(read.event))] : [];
        case "result":
          result = read.event;
          return [{ kind: "usage", usage: usageOf(result) }];
      }
    },
    end: () => ({
      lastMessage: result?.result ?? said,
      reported: result === null ? null : usageOf(result),
      error: result === null ? null : errorOf(result),
      isComplete: result !== null && errorOf(result) === null,
    }),
  };
}

function answerEvents(part: Block): readonly AgentEvent[] {
  if (part.type === "text") return [{ kind: "message", text: part.text }];
  if (part.type !== "tool_use") return [];
  return [{ kind: "tool_call", id: part.id, name: part.name, input: JSON.stringify(part.input ?? {}) }];
}

function toolResult(part: Block): readonly AgentEvent[] {
  if (part.type !== "tool_result") return [];
  const output = blocks.parse(part.content).map((each) => each.text);
  return [{ kind: "tool_result", id: part.tool_use_id, output: output.join("\n"), isError: part.is_error }];
}

function retryText({ error, attempt, max_retries: of }: Retry): string {
  return `The model is asked again (${JSON.stringify({ error, attempt, of })}).`;
}

function errorOf({ is_error: isError, subtype, result, errors }: Result): string | null {
  if (!isError && subtype === "success") return null;
  const words = [...errors, result ?? ""].filter((each) => each !== "");
  return words.length === 0 ? `Claude Code ended with ${subtype || "an error"}.` : words.join("\n");
}

/** By model where it says so, for that has the side jobs and subagents as well. Input is all input, cached or not. */
function usageOf({ usage, modelUsage, total_cost_usd: costUsd, num_turns: turns }: Result): Usage {
  const perModel = Object.values(modelUsage ?? {});
  if (perModel.length > 0) {
    const sum = (of: (each: z.infer<typeof modelTokens>) => number) =>
      perModel.reduce((all, each) => all + of(each), 0);
    return {
      inputTokens: sum((each) => each.inputTokens + each.cacheCreationInputTokens + each.cacheReadInputTokens),
      outputTokens: sum((each) => each.outputTokens),
      costUsd,
      turns,
    };
  }
  const {
    input_tokens: fresh,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
  } = tokens.parse(usage ?? {});
  return { inputTokens: fresh + written + cached, outputTokens: usage?.output_tokens ?? 0, costUsd, turns };
}
