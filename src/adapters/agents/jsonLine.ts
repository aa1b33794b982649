import type { z } from "zod";
import type { AgentEvent } from "../../ports/agent.ts";

const MAX_NOTICE_CHARS = 2000;

/** One line of an event stream, or what there is to say of a line that is none. An empty line is nothing. */
export function readJsonLine<T>(
  line: string,
  schema: z.ZodType<T>,
): { readonly kind: "event"; readonly event: T } | { readonly kind: "other"; readonly events: readonly AgentEvent[] } {
  const text = line.trim();
  if (text === "") return { kind: "other", events: [] };
  const parsed = schema.safeParse(toJson(text));
  if (parsed.success) return { kind: "event", event: parsed.data };
  return { kind: "other", events: [noticeOf(text)] };
}

/** A text that belongs to no event: warnings on stderr, a line that was cut. */
export function noticeOf(text: string): AgentEvent {
  return { kind: "notice", text: text.slice(0, MAX_NOTICE_CHARS) };
}

function toJson(text: string): unknown {
  if (!text.startsWith("{")) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
