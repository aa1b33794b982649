import type { AgentEvent } from "../../ports/agent.ts";

/** A message that never ends must not fill the memory. */
const MAX_MESSAGE_CHARS = 1024 * 1024;

/** What an agent says in pieces, by rounds that it does not tell apart. */
export interface SpokenPieces {
  /** A round begins with the first that the agent says or asks for after results. */
  answering(): readonly AgentEvent[];
  /** Results have come: what comes next is another round. */
  answered(): void;
  add(text: string): void;
  /** The message that the pieces come to, once something else comes. */
  endMessage(): readonly AgentEvent[];
  /** Rounds until now. */
  turns(): number;
  /** The last message that ended; null when nothing was said. */
  said(): string | null;
}

export function spokenPieces(): SpokenPieces {
  let turns = 0;
  let isAnswering = false;
  let piece = "";
  let said: string | null = null;
  return {
    answering() {
      if (isAnswering) return [];
      isAnswering = true;
      turns += 1;
      return [{ kind: "turn", number: turns }];
    },
    answered: () => void (isAnswering = false),
    add: (text) => void (piece = (piece + text).slice(0, MAX_MESSAGE_CHARS)),
    endMessage() {
      if (piece === "") return [];
      said = piece;
      piece = "";
      return [{ kind: "message", text: said }];
    },
    turns: () => turns,
    said: () => said,
  };
}
