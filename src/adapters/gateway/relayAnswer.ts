import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import type { TokenCount } from "../../domain/pricing/tokenCount.ts";
import { eventScanner } from "./eventScanner.ts";
import { parsed } from "./jsonFields.ts";
import { answerHeaders } from "./upstreamRequest.ts";
import type { UsageReader } from "./usageReader.ts";

/** Bytes of one whole answer. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/** Bytes of an answer that are kept where bodies are. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

/** The data that ends a stream of Chat Completions. */
const DONE = "[DONE]";

export interface Relay {
  readonly response: Dispatcher.ResponseData;
  readonly to: ServerResponse;
  readonly reader: UsageReader;
  readonly keepsText: boolean;
  /** Told what a stream has used by now; gives what to end it with when that is too much. */
  onProgress(tokens: TokenCount): string | null;
  /** Called once, as soon as all is known, before the agent sees the end. */
  onEnd(text: string): Promise<void>;
}

/** `broken`: the provider hung up before the end. `gone`: the agent did. */
export type Relayed = "whole" | "cut" | "broken" | "gone";

export function isEventStream({ headers }: Dispatcher.ResponseData): boolean {
  return String(headers["content-type"] ?? "").startsWith("text/event-stream");
}

/** Passes a stream of events on as it comes, byte for byte, no faster than the agent reads it. */
export async function relayStream(relay: Relay): Promise<Relayed> {
  const { response, to, reader } = relay;
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let isDone = false;
  let ending: string | null = null;
  let told = false;
  const scanner = eventScanner((data) => {
    if (data === DONE) isDone = true;
    else reader.read(parsed(data));
    ending = reader.isFinal() ? null : relay.onProgress(reader.tokens());
    return ending !== null;
  });
  const tellEnd = async (): Promise<void> => {
    if (told) return;
    told = true;
    await relay.onEnd(Buffer.concat(kept).toString("utf8"));
  };
  to.writeHead(response.statusCode, { ...answerHeaders(response.headers), "cache-control": "no-cache" });
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      const cutAt = scanner.scan(chunk);
      const part = cutAt === null ? chunk : chunk.subarray(0, cutAt);
      if (relay.keepsText && keptBytes < MAX_KEPT_BYTES) kept.push(part);
      keptBytes += part.length;
      if (isDone || reader.isDone()) await tellEnd();
      if (!to.write(part)) await drained(to);
      if (to.destroyed) break;
      if (ending !== null) break;
    }
  } catch {
    await tellEnd();
    const isGone = to.destroyed;
    to.destroy();
    return isGone ? "gone" : "broken";
  }
  await tellEnd();
  if (to.destroyed) return "gone";
  to.end(ending ?? undefined);
  return ending === null ? "whole" : "cut";
}

/** Until the agent has read what was written, or is gone. */
async function drained(to: ServerResponse): Promise<void> {
  if (to.destroyed) return;
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(to, "drain", { signal }), once(to, "close", { signal })]);
  } finally {
    settled.abort();
  }
}

/** Reads a whole answer, counts it, and then passes it on. */
export async function relayWhole(relay: Relay): Promise<Relayed> {
  const { response, to, reader } = relay;
  const body = await readWhole(response);
  if (body === null) {
    await relay.onEnd("");
    to.destroy();
    return "broken";
  }
  const text = body.toString("utf8");
  const answer = parsed(text);
  for (const part of Array.isArray(answer) ? (answer as unknown[]) : [answer]) reader.read(part);
  await relay.onEnd(text);
  to.writeHead(response.statusCode, { ...answerHeaders(response.headers), "content-length": body.length });
  to.end(body);
  return "whole";
}

/** Null when it does not come to its end, or is far too large. */
export async function readWhole({ body }: Dispatcher.ResponseData): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_WHOLE_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}
