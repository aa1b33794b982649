import type { Usage } from "./usage.ts";

/** Something that an agent did, in words that all backends share. Texts are the agent's own: untrusted, and long. */
export type AttemptEvent =
  | { readonly kind: "turn"; readonly number: number }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "tool_call"; readonly id: string; readonly name: string; readonly input: string }
  | { readonly kind: "tool_result"; readonly id: string; readonly output: string; readonly isError: boolean }
  | { readonly kind: "usage"; readonly usage: Usage }
  | { readonly kind: "notice"; readonly text: string };

/** Characters that a payload may have in all, under the 4096 that the database takes, with room for the spaces it writes. */
const MAX_PAYLOAD_CHARS = 3800;
const MAX_NAME_CHARS = 200;
/** Enough that a secret which the cut goes through is cut off again afterwards. */
const MAX_RAW_CHARS = 65_536;

/** An event as it is kept: secrets taken out, long texts cut, nothing in it that PostgreSQL does not take. */
export interface EventToStore {
  readonly kind: AttemptEvent["kind"];
  readonly payload: Readonly<Record<string, unknown>>;
  readonly isTruncated: boolean;
}

/** Makes an event fit to be kept. `clean` takes secrets out; it is never shown half of one that was cut. */
export function storedEvent(event: AttemptEvent, clean: (text: string) => string): EventToStore {
  const { kind } = event;
  const short = (text: string) => shortened(text, { clean, max: MAX_NAME_CHARS }).text;
  switch (event.kind) {
    case "turn":
      return { kind, payload: { number: event.number }, isTruncated: false };
    case "usage":
      return { kind, payload: { ...event.usage }, isTruncated: false };
    case "message":
    case "notice": {
      const { text, isTruncated } = shortened(event.text, { clean, max: MAX_PAYLOAD_CHARS });
      return { kind, payload: { text }, isTruncated };
    }
    case "tool_call": {
      const rest = { id: short(event.id), name: short(event.name) };
      const { text: input, isTruncated } = shortened(event.input, { clean, max: roomBeside(rest) });
      return { kind, payload: { ...rest, input }, isTruncated };
    }
    case "tool_result": {
      const rest = { id: short(event.id), isError: event.isError };
      const { text: output, isTruncated } = shortened(event.output, { clean, max: roomBeside(rest) });
      return { kind, payload: { ...rest, output }, isTruncated };
    }
  }
}

function roomBeside(rest: object): number {
  return MAX_PAYLOAD_CHARS - JSON.stringify(rest).length;
}

interface Cut {
  readonly clean: (text: string) => string;
  readonly max: number;
}

/** Cut so that it has at most `max` characters as JSON, where some take six. */
function shortened(raw: string, { clean, max }: Cut): { readonly text: string; readonly isTruncated: boolean } {
  const whole = storable(clean(raw.slice(0, MAX_RAW_CHARS)));
  let text = whole.slice(0, max);
  while (JSON.stringify(text).length > max) text = text.slice(0, Math.floor(text.length * 0.8));
  text = text.toWellFormed();
  return { text, isTruncated: raw.length > MAX_RAW_CHARS || text.length < whole.length };
}

/** PostgreSQL's text holds no NUL and no half of a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}
