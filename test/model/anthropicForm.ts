import { z } from "zod";
import { jsonText } from "./jsonText.ts";
import type { Tokens } from "./tokens.ts";
import type { ToolCall, WireAnswer, WireForm } from "./wireForm.ts";

const request = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  system: z.unknown().optional(),
  messages: z.array(z.object({ role: z.string(), content: z.unknown().optional() })),
  tools: z
    .array(
      z.object({
        name: z.string(),
        input_schema: z
          .object({
            properties: z.record(z.string(), z.unknown()).default({}),
            required: z.array(z.string()).default([]),
          })
          .default({ properties: {}, required: [] }),
      }),
    )
    .default([]),
  output_config: z.object({ format: z.object({ schema: z.unknown().optional() }).optional() }).optional(),
});

/** Anthropic Messages. It tells no reasoning apart. */
export const anthropicForm: WireForm = {
  name: "anthropic",
  tokens: (full) => ({ ...full, reasoning: 0 }),
  read(body) {
    const { model, stream, system, messages, tools, output_config: output } = request.parse(body);
    return {
      model,
      stream,
      tools: tools.map(({ name, input_schema: schema }) => ({ name, kind: "function", ...schema })),
      text: jsonText([system, messages.map(({ content }) => content)]),
      turn: messages.filter(({ role }) => role === "assistant").length,
      schema: output?.format?.schema ?? null,
    };
  },
  whole(answer) {
    const text = [...answer.pieces].join("");
    const content = [...(text === "" ? [] : [{ type: "text", text }]), ...answer.calls.map(toBlock)];
    return { ...message(answer), content, stop_reason: stopReason(answer), usage: usage(answer.tokens) };
  },
  *events(answer) {
    const started = { ...usage(answer.tokens), output_tokens: 1 };
    yield event({ type: "message_start", message: { ...message(answer), content: [], usage: started } });
    yield event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
    yield event({ type: "ping" });
    for (const text of answer.pieces) {
      yield event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });
    }
    yield event({ type: "content_block_stop", index: 0 });
    for (const [index, call] of answer.calls.entries()) yield* toolEvents(call, index + 1);
    yield event({
      type: "message_delta",
      delta: { stop_reason: stopReason(answer), stop_sequence: null },
      usage: usage(answer.tokens),
    });
    yield event({ type: "message_stop" });
  },
  error: (status, text) => ({ type: "error", error: { type: errorType(status), message: text } }),
};

function* toolEvents(call: ToolCall, index: number): Iterable<string> {
  yield event({ type: "content_block_start", index, content_block: { ...toBlock(call), input: {} } });
  const json = JSON.stringify(call.input);
  const middle = Math.floor(json.length / 2);
  for (const part of [json.slice(0, middle), json.slice(middle)]) {
    yield event({ type: "content_block_delta", index, delta: { type: "input_json_delta", partial_json: part } });
  }
  yield event({ type: "content_block_stop", index });
}

function message({ number, model }: WireAnswer): object {
  return {
    id: `msg_scripted${number}`,
    type: "message",
    role: "assistant",
    model,
    stop_reason: null,
    stop_sequence: null,
  };
}

function toBlock({ id, tool, input }: ToolCall): object {
  return { type: "tool_use", id, name: tool.name, input };
}

function usage({ input, cacheRead, cacheWrite, output }: Tokens): object {
  return {
    input_tokens: input - cacheRead - cacheWrite,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: output,
  };
}

function stopReason({ calls }: WireAnswer): string {
  return calls.length > 0 ? "tool_use" : "end_turn";
}

function errorType(status: number): string {
  if (status === 429) return "rate_limit_error";
  if (status === 529) return "overloaded_error";
  if (status === 401) return "authentication_error";
  return status < 500 ? "invalid_request_error" : "api_error";
}

function event(data: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
