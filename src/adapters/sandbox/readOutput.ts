import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as delay } from "node:timers/promises";

/** How long a pipe may stay open once every process that we know of is dead. */
const END_MS = 2000;

interface OutputUse {
  readonly maxBytes: number;
  readonly onOutput: (chunk: string) => void;
  readonly onExceeded: () => void;
}

/**
 * Reads a program's output as text. A character cut by a chunk's end is kept for the next; bytes that are no UTF-8
 * become U+FFFD. Up to `maxBytes` are passed on, then reading stops.
 */
export function readOutput(stream: Readable, use: OutputUse): { readonly ended: () => Promise<void> } {
  const decoder = new StringDecoder("utf8");
  let left = use.maxBytes;
  const tell = (text: string) => {
    if (text !== "") use.onOutput(text);
  };
  stream.on("data", (chunk: Buffer) => {
    tell(decoder.write(chunk.subarray(0, left)));
    left -= chunk.length;
    if (left >= 0) return;
    stream.destroy();
    use.onExceeded();
  });
  const closed = new Promise<void>((resolve) => stream.once("close", resolve));
  // An error of a pipe that only we read from is its end.
  stream.on("error", () => stream.destroy());
  const ended = async () => {
    const late = new AbortController();
    await Promise.race([closed, delay(END_MS, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    stream.destroy();
    tell(decoder.end());
  };
  return { ended };
}
