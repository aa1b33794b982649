import { z } from "zod";
import type { AgentEvent } from "../../ports/agent.ts";

const text = z.string().catch("").default("");
const content = z.object({ text }).catch({ text: "" });
const part = z.union([
  z.object({ type: z.literal("diff"), path: text }).transform(({ path }) => `Changed ${path}`),
  z.object({ content }).transform((said) => said.content.text),
  z.unknown().transform(() => ""),
]);
/** A tool call, or news of one: what is left out stays as it was. */
export const acpCall = z.object({
  toolCallId: text,
  kind: text,
  title: text,
  status: text,
  rawInput: z.record(z.string(), z.unknown()).catch({}).default({}),
  content: z.array(part).catch([]).default([]),
});
export type AcpCall = z.infer<typeof acpCall>;

export function isOverCall({ status }: AcpCall): boolean {
  return status === "completed" || status === "failed";
}

/**
 * Puts together what is told of each tool call piece by piece: opencode tells the input after the call, gemini no call at all where it
 * asks for leave. A call is told once it no longer waits; by its kind, as titles are free text, and with its title where there is
 * no input.
 */
export function acpCalls(): { take(news: AcpCall): readonly AgentEvent[] } {
  const told = new Map<string, AcpCall & { readonly isTold: boolean }>();

  function tellCall({ toolCallId: id, kind, title, rawInput }: AcpCall): AgentEvent {
    const input = Object.keys(rawInput).length === 0 ? { title } : rawInput;
    return { kind: "tool_call", id, name: kind === "" ? title : kind, input: JSON.stringify(input) };
  }
  return {
    take: (news) => {
      const before = told.get(news.toolCallId);
      const now = before === undefined ? news : merged(before, news);
      const isTold = before?.isTold ?? false;
      const waits = news.status === "pending";
      told.set(news.toolCallId, { ...now, isTold: isTold || !waits });
      const events = isTold || waits ? [] : [tellCall(now)];
      if (!isOverCall(news)) return events;
      told.delete(news.toolCallId);
      const output = now.content.filter((each) => each !== "").join("\n");
      return [...events, { kind: "tool_result", id: now.toolCallId, output, isError: news.status === "failed" }];
    },
  };
}

function merged(before: AcpCall, news: AcpCall): AcpCall {
  return {
    toolCallId: news.toolCallId,
    kind: news.kind || before.kind,
    title: news.title || before.title,
    status: news.status || before.status,
    rawInput: Object.keys(news.rawInput).length === 0 ? before.rawInput : news.rawInput,
    content: news.content.length === 0 ? before.content : news.content,
  };
}
