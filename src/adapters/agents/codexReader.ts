import { z } from "zod";
import { NO_USAGE } from "../../domain/usage.ts";
import type { Usage } from "../../domain/usage.ts";
import type { AgentEvent } from "../../ports/agent.ts";
import type { CliReader } from "./cliBackend.ts";
import { noticeOf, readJsonLine } from "./jsonLine.ts";

const count = z.number().min(0).catch(0).default(0);
const text = z.string().catch("").default("");

const item = z.looseObject({
  id: text,
  type: text,
  text,
  message: text,
  command: text,
  aggregated_output: text,
  exit_code: z.number().nullish().catch(null),
  status: text,
});
type Item = z.infer<typeof item>;

const line = z.discriminatedUnion("type", [
  z.object({ type: z.literal("turn.started") }),
  z.object({ type: z.enum(["item.started", "item.completed"]), item }),
  z.object({ type: z.literal("turn.completed"), usage: z.object({ input_tokens: count, output_tokens: count }) }),
  z.object({ type: z.literal("turn.failed"), error: z.object({ message: text }) }),
  z.object({ type: z.literal("error"), message: text }),
]);

/** Any other event: there are more kinds than we use, and new ones come with each version. */
const anyLine = z.union([line, z.looseObject({ type: z.string() }).transform(() => null)]);

/** Items that are neither words nor tools. */
const SILENT: ReadonlySet<string> = new Set(["reasoning", "todo_list"]);

/**
 * Reads `codex exec --json`. It has one `turn` for all its rounds with the model, so rounds are told by what comes after tools
 * have ended. `error` is also said of a connection that is tried again: only `turn.failed` is the end.
 */
export function codexReader(): CliReader {
  const running = new Set<string>();
  const begun = new Set<string>();
  let rounds = 0;
  let isAnswering = false;
  let said: string | null = null;
  let failure: string | null = null;
  let isComplete = false;
  let usage: Usage | null = null;

  const round = (): readonly AgentEvent[] => {
    if (isAnswering || running.size > 0) return [];
    isAnswering = true;
    rounds += 1;
    return [{ kind: "turn", number: rounds }];
  };
  const started = (each: Item): readonly AgentEvent[] => {
    if (!isTool(each) || begun.has(each.id)) return [];
    const turn = round();
    begun.add(each.id);
    running.add(each.id);
    return [...turn, { kind: "tool_call", id: each.id, name: each.type, input: inputOf(each) }];
  };
  const completed = (each: Item): readonly AgentEvent[] => {
    if (each.type === "error") return [noticeOf(each.message)];
    if (!isTool(each)) {
      const turn = round();
      if (each.type !== "agent_message") return turn;
      said = each.text;
      return [...turn, { kind: "message", text: each.text }];
    }
    const call = started(each);
    running.delete(each.id);
    isAnswering = false;
    const isError = each.status === "failed" || (each.exit_code ?? 0) !== 0;
    return [...call, { kind: "tool_result", id: each.id, output: outputOf(each), isError }];
  };
  return {
    line: (raw) => {
      const read = readJsonLine(raw, anyLine);
      if (read.kind === "other") return read.events;
      const { event } = read;
      if (event === null) return [];
      switch (event.type) {
        case "turn.started":
          isAnswering = false;
          return round();
        case "item.started":
          return started(event.item);
        case "item.completed":
          return completed(event.item);
        case "turn.completed": {
          const { input_tokens: inputTokens, output_tokens: outputTokens } = event.usage;
          usage = { ...NO_USAGE, inputTokens, outputTokens, turns: rounds };
          isComplete = true;
          return [{ kind: "usage", usage }];
        }
        case "turn.failed":
          failure = event.error.message || "codex says that its turn failed.";
          return [noticeOf(failure)];
        case "error":
          return [noticeOf(event.message)];
      }
    },
    end: () => ({ lastMessage: said, reported: usage, error: failure, isComplete: isComplete && failure === null }),
  };
}

function isTool({ type }: Item): boolean {
  return type !== "agent_message" && type !== "error" && !SILENT.has(type);
}

function inputOf(each: Item): string {
  const { id: _id, type: _type, text: _text, message: _message, aggregated_output: _output, ...input } = each;
  return each.type === "command_execution" ? each.command : JSON.stringify(input);
}

function outputOf(each: Item): string {
  return each.type === "command_execution" ? each.aggregated_output : each.status;
}
