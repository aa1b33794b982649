import { z } from "zod";
import { jsonText } from "./jsonText.ts";
import type { Tokens } from "./tokens.ts";
import type { ToolCall, WireAnswer, WireForm } from "./wireForm.ts";

const request = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().default(false) }).nullish(),
  messages: z.array(z.object({ role: z.string(), content: z.unknown().optional() })),
  tools: z
    .array(
      z.object({
        function: z.object({
          name: z.string(),
          parameters: z
            .object({
              properties: z.record(z.string(), z.unknown()).default({}),
              required: z.array(z.string()).default([]),
            })
            .default({ properties: {}, required: [] }),
        }),
      }),
    )
    .default([]),
  response_format: z.object({ json_schema: z.object({ schema: z.unknown().optional() }).optional() }).nullish(),
});

/** OpenAI Chat Completions. A stream tells its usage only to who asks for it; without, the tokens are counted all the same. */
export const chatForm: WireForm = {
  name: "openai_chat",
  // Nothing is said about what goes into the cache: it is input.
  tokens: (full) => ({ ...full, cacheWrite: 0 }),
  read(body) {
    const { model, stream, messages, tools, response_format: format } = request.parse(body);
    return {
      model,
      stream,
      tools: tools.map(({ function: { name, parameters } }) => ({ name, kind: "function", ...parameters })),
      text: jsonText(messages.map(({ content }) => content)),
      turn: messages.filter(({ role }) => role === "assistant").length,
      schema: format?.json_schema?.schema ?? null,
    };
  },
  whole(answer) {
    const content = [...answer.pieces].join("");
    const calls = answer.calls.length > 0 ? { tool_calls: answer.calls.map(toCall) } : {};
    return {
      ...head(answer, "chat.completion"),
      choices: [{ index: 0, message: { role: "assistant", content, ...calls }, finish_reason: finish(answer) }],
      usage: usage(answer.tokens),
    };
  },
  *events(answer) {
    yield chunk(answer, { delta: { role: "assistant", content: "" } });
    for (const content of answer.pieces) yield chunk(answer, { delta: { content } });
    for (const [index, call] of answer.calls.entries()) {
      yield chunk(answer, { delta: { tool_calls: [{ index, ...toCall(call) }] } });
    }
    yield chunk(answer, { delta: {}, finish_reason: finish(answer) });
    const last = { ...head(answer, "chat.completion.chunk"), choices: [], usage: usage(answer.tokens) };
    yield `data: ${JSON.stringify(last)}\n\n`;
    yield "data: [DONE]\n\n";
  },
  error: (status, text) => ({
    error: { message: text, type: status === 429 ? "rate_limit_exceeded" : "server_error", code: null, param: null },
  }),
};

function chunk(answer: WireAnswer, choice: object): string {
  const choices = [{ index: 0, finish_reason: null, ...choice }];
  return `data: ${JSON.stringify({ ...head(answer, "chat.completion.chunk"), choices })}\n\n`;
}

function head({ number, model }: WireAnswer, object: string): object {
  return { id: `chatcmpl-scripted${number}`, object, created: 1_700_000_000, model };
}

function toCall({ id, tool, input }: ToolCall): object {
  return { id, type: "function", function: { name: tool.name, arguments: JSON.stringify(input) } };
}

function usage({ input, cacheRead, output, reasoning }: Tokens): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cacheRead },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

function finish({ calls }: WireAnswer): string {
  return calls.length > 0 ? "tool_calls" : "stop";
}
