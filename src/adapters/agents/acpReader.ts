import { z } from "zod";
import type { AgentEvent } from "../../ports/agent.ts";
import { acpCall, acpCalls, isOverCall } from "./acpCalls.ts";
import type { AcpCall } from "./acpCalls.ts";
import type { CliReader } from "./cliBackend.ts";
import { spokenPieces } from "./spokenPieces.ts";
import { readJsonLine } from "./jsonLine.ts";

const text = z.string().catch("").default("");
const content = z.object({ text }).catch({ text: "" });
const update = z.discriminatedUnion("sessionUpdate", [
  z.object({ sessionUpdate: z.literal("agent_message_chunk"), content }),
  acpCall.extend({ sessionUpdate: z.literal("tool_call") }),
  acpCall.extend({ sessionUpdate: z.literal("tool_call_update") }),
]);
type Update = z.infer<typeof update>;

const line = z.discriminatedUnion("acp", [
  z.object({ acp: z.literal("update"), update: update.nullish().catch(null) }),
  z.object({ acp: z.literal("permission"), toolCall: acpCall.nullish().catch(null), answer: text }),
  z.object({ acp: z.literal("end"), stopReason: text }),
  z.object({ acp: z.literal("error"), text }),
  z.object({ acp: z.literal("start") }),
]);

/** Reads what the driver prints. Rounds with the model are not told apart; its usage is not fit to be compared, so it is not read. */
export function acpReader(): CliReader {
  const calls = acpCalls();
  const speech = spokenPieces();
  let stop: string | null = null;
  let error: string | null = null;

  function callEvents(news: AcpCall): readonly AgentEvent[] {
    const events = calls.take(news);
    const turn = events.some(({ kind }) => kind === "tool_call") ? speech.answering() : [];
    if (isOverCall(news)) speech.answered();
    return [...speech.endMessage(), ...turn, ...events];
  }
  function eventsOf(news: Update): readonly AgentEvent[] {
    switch (news.sessionUpdate) {
      case "agent_message_chunk":
        speech.add(news.content.text);
        return speech.answering();
      case "tool_call":
      case "tool_call_update":
        return callEvents(news);
    }
  }
  return {
    line: (raw) => {
      const read = readJsonLine(raw, line);
      if (read.kind === "other") return read.events;
      switch (read.event.acp) {
        case "start":
          return [];
        case "update":
          return read.event.update ? eventsOf(read.event.update) : [];
        case "permission": {
          const { toolCall, answer } = read.event;
          const events = toolCall ? callEvents({ ...toolCall, status: "in_progress" }) : [];
          if (answer === "allow_once") return events;
          // No result needs to come of it.
          speech.answered();
          return [...events, { kind: "notice", text: `Not allowed: ${toolCall?.title ?? "what it asked for"}` }];
        }
        case "end":
          stop = read.event.stopReason;
          return speech.endMessage();
        case "error":
          error = read.event.text;
          return [...speech.endMessage(), { kind: "notice", text: error }];
      }
    },
    end: () => {
      speech.endMessage();
      const isComplete = stop === "end_turn" && error === null;
      const stopped = stop === null || isComplete ? null : `The agent stopped: ${stop}.`;
      return { lastMessage: speech.said(), reported: null, error: error ?? stopped, isComplete };
    },
  };
}
