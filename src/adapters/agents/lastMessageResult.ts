import type { AttemptRole } from "../../domain/attempt.ts";

const OPENING = /^[ \t]*(`{3,}|~{3,})[ \t]*(?:json5?|jsonc)?[ \t]*$/i;
/** As much as a result file may hold. */
const MAX_CHARS = 1024 * 1024;

/**
 * The JSON object that an agent's last message is, or the last one in a fenced block of it: its result, where it wrote no file.
 *
 * A Builder need not give a result, and may end with an example of some JSON it wrote: only an object with a summary is one.
 */
export function lastMessageResult(message: string, role: AttemptRole): string | null {
  if (message.length > MAX_CHARS) return null;
  const found = [message, ...fencedBlocks(message).toReversed()].find((text) => isResult(text, role));
  return found === undefined ? null : found.trim();
}

/** Line by line, for a pattern over all of them takes time by the square of an unfriendly text. */
function fencedBlocks(message: string): readonly string[] {
  const blocks: string[] = [];
  let fence: string | null = null;
  let lines: string[] = [];
  for (const line of message.split(/\r?\n/)) {
    if (fence === null) {
      fence = OPENING.exec(line)?.[1] ?? null;
      lines = [];
    } else if (line.trim() === fence) {
      blocks.push(lines.join("\n"));
      fence = null;
    } else lines.push(line);
  }
  return blocks;
}

function isResult(text: string, role: AttemptRole): boolean {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return role !== "builder" || "summary" in value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
