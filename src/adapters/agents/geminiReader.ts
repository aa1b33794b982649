import { z } from "zod";
import type { Usage } from "../../domain/usage.ts";
import type { AgentEvent } from "../../ports/agent.ts";
import type { CliReader } from "./cliBackend.ts";
import { spokenPieces } from "./spokenPieces.ts";
import { readJsonLine } from "./jsonLine.ts";

const count = z.number().min(0).catch(0).default(0);
const text = z.string().catch("").default("");
const failure = z
  .object({ type: text, message: text })
  .transform(({ type, message }) => message || type)
  .nullish()
  .catch(null);

const stats = z.object({ total_tokens: count, input_tokens: count, output_tokens: count });

const line = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message"), role: text, content: text }),
  z.object({ type: z.literal("tool_use"), tool_name: text, tool_id: text, parameters: z.unknown().optional() }),
  z.object({ type: z.literal("tool_result"), tool_id: text, status: text, output: text, error: failure }),
  z.object({ type: z.literal("error"), severity: text, message: text }),
  z.object({ type: z.literal("result"), status: text, error: failure, stats: stats.nullish().catch(null) }),
]);
type Line = z.infer<typeof line>;
type Result = Extract<Line, { readonly type: "result" }>;

const anyLine = z.union([line, z.looseObject({ type: z.string() }).transform(() => null)]);

/** Of a stack trace that it writes in the middle of its stream: the line before says what was the matter. */
const CONTINUATION = /^(?:\s|\})/;

/**
 * Reads `-o stream-json`. Messages come in pieces and end with whatever comes next; rounds with the model are not told apart, so
 * one begins with the first that the model says or asks for after results. Only the last line has usage, for all rounds together.
 */
export function geminiReader(): CliReader {
  const speech = spokenPieces();
  let result: Result | null = null;
  let trouble: string | null = null;

  function eventsOf(event: Line): readonly AgentEvent[] {
    if (event.type === "message" && event.role === "assistant") {
      const began = speech.answering();
      speech.add(event.content);
      return began;
    }
    const before = speech.endMessage();
    switch (event.type) {
      case "message":
        return before;
      case "tool_use": {
        const { tool_id: id, tool_name: name, parameters } = event;
        return [
          ...before,
          ...speech.answering(),
          { kind: "tool_call", id, name, input: JSON.stringify(parameters ?? {}) },
        ];
      }
      case "tool_result": {
        speech.answered();
        const isError = event.status !== "success";
        const output = isError ? (event.error ?? event.output) : event.output;
        return [...before, { kind: "tool_result", id: event.tool_id, output, isError }];
      }
      case "error":
        if (event.severity !== "warning") trouble = event.message;
        return [...before, { kind: "notice", text: event.message }];
      case "result":
        result = event;
        return [...before, { kind: "usage", usage: usageOf(event, speech.turns()) }];
    }
  }

  return {
    line: (raw) => {
      if (CONTINUATION.test(raw)) return [];
      const read = readJsonLine(raw, anyLine);
      if (read.kind === "other") return read.events;
      return read.event === null ? [] : eventsOf(read.event);
    },
    end: () => {
      speech.endMessage();
      const isComplete = result?.status === "success";
      return {
        lastMessage: speech.said(),
        reported: result === null ? null : usageOf(result, speech.turns()),
        error: isComplete ? null : (result?.error ?? trouble),
        isComplete,
      };
    },
  };
}

/** Its output leaves out thoughts, which only the total has. */
function usageOf({ stats: used }: Result, turns: number): Usage {
  const { total_tokens: total = 0, input_tokens: inputTokens = 0, output_tokens: output = 0 } = used ?? {};
  return { inputTokens, outputTokens: Math.max(output, total - inputTokens), costUsd: 0, turns };
}
