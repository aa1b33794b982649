import type { AttemptEvent } from "../domain/attemptEvent.ts";
import { cutText, plainBlock, plainLine, withoutTerminalCodes } from "../domain/plainText.ts";

const MAX_INPUT_CHARS = 300;
const MAX_OUTPUT_LINES = 6;
const MAX_OUTPUT_CHARS = 600;
const INDENT = "    ";

/** An event as it was kept. Its payload is the agent's own. */
interface KeptEvent {
  readonly at: Date;
  readonly kind: AttemptEvent["kind"];
  readonly payload: Readonly<Record<string, unknown>>;
  readonly isTruncated: boolean;
}

/** What an agent did, for a terminal: results of tools are shortened, messages are not. Nothing in it is obeyed by a terminal. */
export function attemptEventLines({ at, kind, payload, isTruncated }: KeptEvent): readonly string[] {
  const time = at.toISOString().slice(11, 19);
  const more = isTruncated ? ["… (cut when it was kept)"] : [];
  switch (kind) {
    case "turn":
      return ["", `${time} turn ${line(payload["number"], 20)}`];
    case "message":
      return [...block(payload["text"]), ...more].map(indented);
    case "tool_call":
      return [indented(`> ${line(payload["name"], 100)} ${line(payload["input"], MAX_INPUT_CHARS)}`.trimEnd())];
    case "tool_result": {
      const [first = "", ...rest] = shortened(block(payload["output"]));
      const mark = payload["isError"] === true ? "< failed:" : "<";
      return [indented(`${mark} ${first === "" ? "(nothing)" : first}`), ...rest.map((text) => indented(`  ${text}`))];
    }
    case "usage":
      return [indented(`= ${usageWords(payload["usage"] ?? payload)}`)];
    case "notice":
      return [indented(`! ${line(payload["text"], MAX_OUTPUT_CHARS)}`)];
  }
}

function usageWords(usage: unknown): string {
  const { inputTokens, outputTokens, turns } = Object(usage) as Readonly<Record<string, unknown>>;
  const [input, output, rounds] = [inputTokens, outputTokens, turns].map((count) => Number(count) || 0);
  return `${input} tokens in, ${output} out, ${rounds} turns by the agent's own count`;
}

function shortened(lines: readonly string[]): readonly string[] {
  const few = lines.length > MAX_OUTPUT_LINES ? [...lines.slice(0, MAX_OUTPUT_LINES), "…"] : lines;
  return cutText(few.join("\n"), MAX_OUTPUT_CHARS).split("\n");
}

function block(value: unknown): readonly string[] {
  const text = plainBlock(withoutTerminalCodes(words(value)));
  return text === "" ? [] : text.split("\n");
}

function line(value: unknown, max: number): string {
  return plainLine(withoutTerminalCodes(words(value)), max);
}

function words(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function indented(text: string): string {
  return `${INDENT}${text}`.trimEnd();
}
