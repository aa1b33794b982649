import type { IncomingHttpHeaders } from "node:http";
import { errors } from "undici";
import type { Dispatcher } from "undici";
import type { ModelRef } from "../../domain/settings.ts";
import type { Clock } from "../../ports/clock.ts";
import type { GatewayTrouble } from "../../ports/gateway.ts";
import { nameOf } from "./candidates.ts";
import type { Candidate } from "./candidates.ts";
import { askedDelay, ownDelay } from "./retryDelay.ts";
import { upstreamHeaders, upstreamUrl } from "./upstreamRequest.ts";
import type { WaitedTime } from "./waitedTime.ts";
import type { WireForm } from "./wireForm.ts";

/** One call of an agent, ready to go out to any of its candidates. */
export interface Outgoing {
  readonly form: WireForm;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly candidates: readonly Candidate[];
  /** The body for a model: they are asked by different names. */
  bodyFor(ref: ModelRef): string;
  readonly signal: AbortSignal;
}

/** Models that have failed, and until when nobody has to ask them first. Shared by the attempts of a worker. */
export type Resting = Map<string, number>;

export interface Asking {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Waits; ends early when the signal aborts. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  readonly maxWaitMs: number;
  readonly waited: WaitedTime;
  readonly resting: Resting;
}

export type Answer =
  | {
      readonly kind: "answered";
      readonly candidate: Candidate;
      readonly response: Dispatcher.ResponseData;
      /** Tries before this one. */
      readonly retries: number;
    }
  | {
      readonly kind: "failed";
      readonly candidate: Candidate;
      readonly trouble: GatewayTrouble;
      readonly retries: number;
    }
  | {
      readonly kind: "aborted";
      readonly candidate: Candidate;
      readonly retries: number;
      /** A provider was at work on it. */
      readonly wasSent: boolean;
    };

/** How long a model that did not answer is asked last. */
const REST_MS = 60_000;

/** The part of our own wait that is kept at the least when a provider asks for less. */
const LEAST_OF_OWN = 0.1;

/** Bytes of a provider's error that are read, for what it says of waiting. */
const ERROR_BYTES = 64 * 1024;

const AGAIN: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 529]);

/** Statuses of an account without money: waiting does not help. */
const NO_MONEY = /insufficient_quota|billing_not_active|billing_hard_limit_reached|credit balance is too low/i;

/**
 * Asks the candidates one after the other until one answers. One that is limited or fails is asked again until the wait has
 * been as long as the settings allow; one that refuses the key is not. An answer of 400 or the like is an answer.
 */
export async function askProviders(outgoing: Outgoing, asking: Asking): Promise<Answer> {
  const now = asking.clock.now().getTime();
  const rests = ({ ref }: Candidate) => (asking.resting.get(nameOf(ref)) ?? 0) > now;
  const order = outgoing.candidates.toSorted((left, right) => Number(rests(left)) - Number(rests(right)));
  let retries = 0;
  let last: Answer | null = null;
  for (const candidate of order) {
    const answer = await askOne(candidate, { outgoing, asking, retries });
    if (answer.kind !== "failed") return answer;
    asking.resting.set(nameOf(candidate.ref), asking.clock.now().getTime() + REST_MS);
    retries = answer.retries + 1;
    last = answer;
  }
  if (last === null) throw new Error("asking a model: there is no candidate");
  return last;
}

interface Order {
  readonly outgoing: Outgoing;
  readonly asking: Asking;
  readonly retries: number;
}

async function askOne(candidate: Candidate, { outgoing, asking, retries }: Order): Promise<Answer> {
  const { clock, waited, maxWaitMs } = asking;
  const { signal } = outgoing;
  let waitedMs = 0;
  for (let failures = 0; ; failures += 1) {
    const tried = { candidate, retries: retries + failures };
    const startedAt = clock.now().getTime();
    const outcome = await tryOnce(candidate, outgoing, asking);
    if (signal.aborted) return { kind: "aborted", wasSent: true, ...tried };
    if (outcome.kind === "response") {
      asking.resting.delete(nameOf(candidate.ref));
      return { kind: "answered", response: outcome.response, ...tried };
    }
    const failedAt = clock.now().getTime();
    waited.add(startedAt, failedAt);
    const own = ownDelay(failures + 1, Math.random());
    // Who asks for no wait at all, again and again, would be asked for ever.
    const delay = outcome.delayMs === null ? own : Math.max(outcome.delayMs, own * LEAST_OF_OWN);
    if (!outcome.isPassing || waitedMs + delay > maxWaitMs)
      return { kind: "failed", trouble: outcome.trouble, ...tried };
    waitedMs += delay;
    const wait = waited.begin(failedAt);
    await asking.pause(delay, signal);
    wait.end(clock.now().getTime());
    if (signal.aborted) return { kind: "aborted", wasSent: false, ...tried };
  }
}

type Try =
  | { readonly kind: "response"; readonly response: Dispatcher.ResponseData }
  | {
      readonly kind: "failure";
      readonly trouble: GatewayTrouble;
      /** Asking again may help. */
      readonly isPassing: boolean;
      readonly delayMs: number | null;
    };

async function tryOnce(candidate: Candidate, outgoing: Outgoing, { dispatcher, clock }: Asking): Promise<Try> {
  const { ref, provider } = candidate;
  const url = upstreamUrl(provider, { ...outgoing, model: ref.model });
  let response: Dispatcher.ResponseData;
  try {
    response = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: "POST",
      headers: upstreamHeaders(provider, outgoing.headers),
      body: outgoing.bodyFor(ref),
      signal: outgoing.signal,
    });
  } catch (error) {
    // Who has said nothing for so long has perhaps worked all the while: asking again would pay twice.
    const isPassing = !(error instanceof errors.HeadersTimeoutError);
    const why = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : "unknown";
    const message = `The model provider ${ref.provider} cannot be reached: ${why}.`;
    return { kind: "failure", trouble: { kind: "connection", message }, isPassing, delayMs: null };
  }
  const { statusCode: status } = response;
  const refusesKey = status === 401 || status === 403;
  if (!refusesKey && !AGAIN.has(status)) return { kind: "response", response };
  const body = await errorText(response);
  if (refusesKey) return { kind: "failure", trouble: keyTrouble(candidate, status), isPassing: false, delayMs: null };
  const delayMs = askedDelay({ headers: response.headers, body, now: clock.now() });
  const isPassing = !NO_MONEY.test(body);
  return { kind: "failure", trouble: statusTrouble(candidate, { status, delayMs, isPassing }), isPassing, delayMs };
}

/** Never what the provider wrote: that may show a part of the key. */
function keyTrouble({ ref, provider }: Candidate, status: number): GatewayTrouble {
  const where =
    provider.keyVariable === null ? "it is asked without a key" : `the key comes from ${provider.keyVariable}`;
  return {
    kind: "authentication",
    message: `The model provider ${ref.provider} refuses the server's key for ${ref.model} (HTTP ${status}); ${where}.`,
  };
}

function statusTrouble(
  { ref }: Candidate,
  {
    status,
    delayMs,
    isPassing,
  }: { readonly status: number; readonly delayMs: number | null; readonly isPassing: boolean },
): GatewayTrouble {
  const name = nameOf(ref);
  if (!isPassing)
    return {
      kind: "provider",
      message: `The account at ${ref.provider} has no money left (HTTP ${status} for ${name}).`,
    };
  if (status !== 429) return { kind: "provider", message: `The model ${name} fails with HTTP ${status}.` };
  const retryAfterSeconds = delayMs === null ? null : Math.ceil(delayMs / 1000);
  return { kind: "rate_limit", message: `The model ${name} is limited by its provider (HTTP 429).`, retryAfterSeconds };
}

async function errorText({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > ERROR_BYTES) break;
    }
  } catch {
    // What it says more does not matter.
  }
  return Buffer.concat(chunks).toString("utf8");
}
