import { z } from "zod";
import { jsonText } from "./jsonText.ts";
import type { Tokens } from "./tokens.ts";
import type { ToolCall, WireAnswer, WireForm } from "./wireForm.ts";

const parameters = z
  .object({ properties: z.record(z.string(), z.unknown()).default({}), required: z.array(z.string()).default([]) })
  .default({ properties: {}, required: [] });

const request = z.object({
  systemInstruction: z.unknown().optional(),
  contents: z.array(z.object({ role: z.string().default("user"), parts: z.unknown().optional() })),
  tools: z
    .array(
      z.object({
        functionDeclarations: z
          .array(
            z.object({
              name: z.string(),
              parametersJsonSchema: parameters.optional(),
              parameters: parameters.optional(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  generationConfig: z.object({ responseJsonSchema: z.unknown(), responseSchema: z.unknown() }).partial().optional(),
});

/** Gemini's generateContent and streamGenerateContent: model and streaming are in the path. */
export const geminiForm: WireForm = {
  name: "gemini",
  // Nothing is said about what goes into the cache: it is input.
  tokens: (full) => ({ ...full, cacheWrite: 0 }),
  read(body, path) {
    const { systemInstruction, contents, tools, generationConfig: config } = request.parse(body);
    const [, model = "", method = ""] = /\/models\/([^/:]+):(\w+)/.exec(path) ?? [];
    const declared = tools.flatMap(({ functionDeclarations }) => functionDeclarations);
    return {
      model,
      stream: method === "streamGenerateContent",
      tools: declared.map(({ name, parametersJsonSchema, parameters: older }) => ({
        name,
        kind: "function",
        ...(parametersJsonSchema ?? older ?? { properties: {}, required: [] }),
      })),
      text: jsonText([systemInstruction, contents.map(({ parts }) => parts)]),
      turn: contents.filter(({ role }) => role === "model").length,
      schema: config?.responseJsonSchema ?? config?.responseSchema ?? null,
    };
  },
  whole(answer) {
    const parts = [{ text: [...answer.pieces].join("") }, ...answer.calls.map(toPart)];
    return chunk(answer, { parts, tokens: answer.tokens, finishReason: "STOP" });
  },
  *events(answer) {
    const { tokens } = answer;
    // As the provider does: each event has the sums until then, only the last ones are right.
    let output = 0;
    for (const text of answer.pieces) {
      output = Math.min(output + 1, tokens.output - tokens.reasoning);
      yield event(chunk(answer, { parts: [{ text }], tokens: { ...tokens, output: output + tokens.reasoning } }));
    }
    const parts = answer.calls.length > 0 ? answer.calls.map(toPart) : [{ text: "" }];
    yield event(chunk(answer, { parts, tokens, finishReason: "STOP" }));
  },
  error: (status, text) => ({ error: { code: status, message: text, status: errorStatus(status) } }),
};

interface Chunk {
  readonly parts: readonly object[];
  readonly tokens: Tokens;
  readonly finishReason?: string;
}

function chunk({ number, model }: WireAnswer, { parts, tokens, finishReason }: Chunk): object {
  const finish = finishReason === undefined ? {} : { finishReason };
  return {
    candidates: [{ index: 0, content: { role: "model", parts }, ...finish }],
    usageMetadata: usage(tokens),
    modelVersion: model,
    responseId: `scripted${number}`,
  };
}

function usage({ input, cacheRead, output, reasoning }: Tokens): object {
  return {
    promptTokenCount: input,
    cachedContentTokenCount: cacheRead,
    candidatesTokenCount: output - reasoning,
    thoughtsTokenCount: reasoning,
    totalTokenCount: input + output,
  };
}

function toPart({ id, tool, input }: ToolCall): object {
  return { functionCall: { id, name: tool.name, args: input } };
}

function errorStatus(status: number): string {
  if (status === 429) return "RESOURCE_EXHAUSTED";
  if (status === 401) return "UNAUTHENTICATED";
  return status < 500 ? "INVALID_ARGUMENT" : "UNAVAILABLE";
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\r\n\r\n`;
}
