import { z } from "zod";
import { NO_USAGE, sumUsage } from "../../domain/usage.ts";
import type { Usage } from "../../domain/usage.ts";
import type { AgentEvent } from "../../ports/agent.ts";
import type { CliReader } from "./cliBackend.ts";
import { readJsonLine } from "./jsonLine.ts";

const count = z.number().min(0).catch(0).default(0);
const text = z.string().catch("").default("");

const toolPart = z.object({
  callID: text,
  tool: text,
  state: z.object({ status: text, input: z.unknown().optional(), output: text, error: text }),
});

const finishPart = z.object({
  reason: text,
  cost: count,
  tokens: z
    .object({
      input: count,
      output: count,
      reasoning: count,
      cache: z.object({ read: count, write: count }).catch({ read: 0, write: 0 }),
    })
    .nullish()
    .catch(null),
});

const line = z.discriminatedUnion("type", [
  z.object({ type: z.literal("step_start"), part: z.object({ messageID: text }) }),
  z.object({ type: z.literal("text"), part: z.object({ text }) }),
  z.object({ type: z.literal("tool_use"), part: toolPart }),
  z.object({ type: z.literal("step_finish"), part: finishPart }),
  z.object({
    type: z.literal("error"),
    error: z
      .object({ name: text, data: z.object({ message: text }).catch({ message: "" }) })
      .catch({ name: "", data: { message: "" } }),
  }),
]);
type Line = z.infer<typeof line>;
type Tool = z.infer<typeof toolPart>;
type Finish = z.infer<typeof finishPart>;

/** Thoughts, and what later versions may bring. */
const anyLine = z.union([line, z.looseObject({ type: z.string() }).transform(() => null)]);

/** Why the model's answer ended where the agent has ended its work. */
const DONE = "stop";

/**
 * Reads `--format json`. A tool's call and its result come as one line, when it has ended. A step that is tried again starts
 * again under the same message. It is complete when the model's last answer asked for nothing more.
 */
export function opencodeReader(): CliReader {
  let turns = 0;
  let message: string | null = null;
  let said: string | null = null;
  let used: Usage | null = null;
  let finish: string | null = null;
  let error: string | null = null;

  function startStep(id: string): readonly AgentEvent[] {
    finish = null;
    if (id === message) return [];
    message = id;
    turns += 1;
    return [{ kind: "turn", number: turns }];
  }

  function endStep(part: Finish): readonly AgentEvent[] {
    finish = part.reason;
    used = sumUsage(used ?? NO_USAGE, usageOf(part));
    return [{ kind: "usage", usage: used }];
  }

  function eventsOf(event: Line): readonly AgentEvent[] {
    switch (event.type) {
      case "step_start":
        return startStep(event.part.messageID);
      case "text":
        said = event.part.text;
        return [{ kind: "message", text: said }];
      case "tool_use":
        return toolEvents(event.part);
      case "step_finish":
        return endStep(event.part);
      case "error":
        error = event.error.data.message || event.error.name || "an error without words";
        return [{ kind: "notice", text: error }];
    }
  }

  return {
    line: (raw) => {
      const read = readJsonLine(raw, anyLine);
      if (read.kind === "other") return read.events;
      return read.event === null ? [] : eventsOf(read.event);
    },
    end: () => ({
      lastMessage: said,
      reported: used,
      error: error ?? shortcoming(finish),
      isComplete: error === null && finish === DONE,
    }),
  };
}

function toolEvents({ callID: id, tool: name, state }: Tool): readonly AgentEvent[] {
  const isError = state.status === "error";
  return [
    { kind: "tool_call", id, name, input: JSON.stringify(state.input ?? {}) },
    { kind: "tool_result", id, output: isError ? state.error : state.output, isError },
  ];
}

/** Its input leaves out what came from the cache or went into it, its output leaves out thoughts. */
function usageOf({ tokens, cost }: Finish): Usage {
  const { input = 0, output = 0, reasoning = 0, cache = { read: 0, write: 0 } } = tokens ?? {};
  return {
    inputTokens: input + cache.read + cache.write,
    outputTokens: output + reasoning,
    costUsd: cost,
    turns: 1,
  };
}

/** Null where it stopped in the middle: then nothing was said about it. */
function shortcoming(finish: string | null): string | null {
  if (finish === null || finish === DONE || finish === "tool-calls") return null;
  return `The model's last answer ended early: ${finish}.`;
}
