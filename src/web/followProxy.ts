import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import { z } from "zod";
import { eventReader } from "./serverSentEvents.ts";

// The smee-client package does the same with two dependencies of its own; Probot would fetch it from npm at run time.

export interface FollowOptions {
  /** The channel, as in WEBHOOK_PROXY_URL. */
  readonly source: string;
  /** Our own webhook endpoint. */
  readonly target: string;
  readonly log: Logger;
  /** Before connecting again, times 2 for each failure in a row, at most 30 s. */
  readonly retryMs?: number;
}

/** What a channel sends for one webhook: its headers beside its body. */
const messageSchema = z.looseObject({
  body: z.unknown(),
  "x-github-event": z.string(),
  "x-github-delivery": z.string(),
  "x-hub-signature-256": z.string(),
});

const longestRetryMs = 30_000;

/**
 * Passes the webhooks of a channel on to our own endpoint, for a machine that GitHub cannot reach; connects again whenever
 * the channel ends. For development: while it is not connected, webhooks are lost.
 *
 * Trusts the channel with nothing: the endpoint checks each signature as it does for everybody. A channel gives the parsed
 * body only, which written again has GitHub's own bytes, so that the signature still fits.
 */
export function followProxy(options: FollowOptions): { close(): void } {
  const stop = new AbortController();
  void keepForwarding(options, stop.signal);
  return { close: () => stop.abort() };
}

async function keepForwarding(options: FollowOptions, stop: AbortSignal): Promise<void> {
  const { source, log, retryMs = 1_000 } = options;
  let waitMs = retryMs;
  while (!stop.aborted) {
    try {
      await forwardUntilEnd(options, stop, () => {
        waitMs = retryMs;
      });
    } catch (err) {
      if (!stop.aborted) log.warn({ err, source, waitMs }, "webhook proxy: not connected; will try again");
    }
    await setTimeout(waitMs, undefined, { signal: stop }).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, longestRetryMs);
  }
}

async function forwardUntilEnd(options: FollowOptions, stop: AbortSignal, connected: () => void): Promise<void> {
  const { source, log } = options;
  const response = await fetch(source, { headers: { accept: "text/event-stream" }, signal: stop });
  if (!response.ok || response.body === null)
    throw new Error(`connecting to ${source}: it answered ${response.status}`);
  connected();
  log.info({ source }, "webhook proxy: connected");
  const read = eventReader();
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    for (const event of read(chunk)) await forward(event, options);
  }
}

async function forward(event: string, { target, log }: FollowOptions): Promise<void> {
  const message = messageSchema.safeParse(parseJson(event));
  // Channels greet, and keep the connection awake, by events that are no webhooks.
  if (!message.success) return;
  const { data } = message;
  const delivery = data["x-github-delivery"];
  try {
    const response = await fetch(target, {
      method: "POST",
      body: JSON.stringify(data.body),
      headers: {
        "content-type": "application/json",
        "x-github-event": data["x-github-event"],
        "x-github-delivery": delivery,
        "x-hub-signature-256": data["x-hub-signature-256"],
      },
    });
    log.info({ delivery, status: response.status }, "webhook proxy: passed on");
    await response.body?.cancel();
  } catch (err) {
    log.error({ err, delivery }, "webhook proxy: passing on failed");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
