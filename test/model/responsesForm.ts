import { z } from "zod";
import { jsonText } from "./jsonText.ts";
import type { Tokens } from "./tokens.ts";
import type { Tool, ToolCall, WireAnswer, WireForm } from "./wireForm.ts";

const item = z.object({ type: z.string().default("message"), role: z.string().optional() }).loose();

const request = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(item)]),
  tools: z
    .array(
      z.object({
        type: z.string(),
        name: z.string().optional(),
        parameters: z
          .object({
            properties: z.record(z.string(), z.unknown()).default({}),
            required: z.array(z.string()).default([]),
          })
          .nullish(),
      }),
    )
    .default([]),
  text: z.object({ format: z.object({ schema: z.unknown().optional() }).nullish() }).nullish(),
});

type Item = z.output<typeof item>;

/** OpenAI Responses. */
export const responsesForm: WireForm = {
  name: "openai_responses",
  // Nothing is said about what goes into the cache: it is input.
  tokens: (full) => ({ ...full, cacheWrite: 0 }),
  read(body) {
    const { model, stream, instructions, input, tools, text } = request.parse(body);
    return {
      model,
      stream,
      tools: tools.flatMap(toTool),
      text: jsonText([instructions, input]),
      turn: typeof input === "string" ? 0 : turnsIn(input),
      schema: text?.format?.schema ?? null,
    };
  },
  whole: (answer) => completed(answer),
  *events(answer) {
    let sequence = 0;
    const event = (type: string, data: object): string =>
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...data })}\n\n`;
    const begun = { ...head(answer), status: "in_progress", output: [], usage: null };
    yield event("response.created", { response: begun });
    yield event("response.in_progress", { response: begun });
    const id = `msg_${answer.number}`;
    yield event("response.output_item.added", { output_index: 0, item: { ...messageItem(id, ""), content: [] } });
    const place = { item_id: id, output_index: 0, content_index: 0 };
    yield event("response.content_part.added", { ...place, part: { type: "output_text", text: "", annotations: [] } });
    let text = "";
    for (const delta of answer.pieces) {
      text += delta;
      yield event("response.output_text.delta", { ...place, delta });
    }
    yield event("response.output_text.done", { ...place, text });
    yield event("response.output_item.done", { output_index: 0, item: messageItem(id, text) });
    for (const [index, call] of answer.calls.entries()) {
      yield event("response.output_item.added", { output_index: index + 1, item: toItem(call) });
      yield event("response.output_item.done", { output_index: index + 1, item: toItem(call) });
    }
    yield event("response.completed", { response: completed({ ...answer, pieces: [text] }) });
  },
  error: (status, text) => ({
    error: { message: text, type: status === 429 ? "rate_limit_exceeded" : "server_error", code: null, param: null },
  }),
};

/** Tools without a name are the provider's own, such as a web search. */
function toTool({ type, name, parameters }: z.output<typeof request>["tools"][number]): readonly Tool[] {
  if (name === undefined) return [];
  const { properties = {}, required = [] } = parameters ?? {};
  return [{ name, kind: type === "custom" ? "custom" : "function", properties, required }];
}

/** Items of the model that follow each other are one answer. */
function turnsIn(items: readonly Item[]): number {
  return items.filter((one, index) => isModels(one) && !isModels(items[index - 1])).length;
}

function isModels(one: Item | undefined): boolean {
  if (one === undefined) return false;
  return one.role === "assistant" || ["function_call", "custom_tool_call", "reasoning"].includes(one.type);
}

function completed(answer: WireAnswer): object {
  const message = messageItem(`msg_${answer.number}`, [...answer.pieces].join(""));
  const output = [message, ...answer.calls.map(toItem)];
  return { ...head(answer), status: "completed", output, usage: usage(answer.tokens) };
}

function head({ number, model }: WireAnswer): object {
  return { id: `resp_scripted${number}`, object: "response", created_at: 1_700_000_000, model, error: null };
}

function messageItem(id: string, text: string): object {
  const content = [{ type: "output_text", text, annotations: [] }];
  return { type: "message", id, role: "assistant", status: "completed", content };
}

function toItem({ id, tool, input }: ToolCall): object {
  const shared = { id: `fc_${id}`, call_id: id, name: tool.name, status: "completed" };
  if (typeof input === "string") return { type: "custom_tool_call", ...shared, input };
  return { type: "function_call", ...shared, arguments: JSON.stringify(input) };
}

function usage({ input, cacheRead, output, reasoning }: Tokens): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheRead },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
