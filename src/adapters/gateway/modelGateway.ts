import { setTimeout } from "node:timers/promises";
import { Agent } from "undici";
import type { ModelSettings } from "../../config/modelSettings.ts";
import type { Clock } from "../../ports/clock.ts";
import type { GatewayOrder, GatewayTrouble, ModelDirectory, ModelGateway } from "../../ports/gateway.ts";
import type { AttemptAtGateway } from "./answerCall.ts";
import type { Asking, Resting } from "./askProviders.ts";
import { openAttempt } from "./attemptGateway.ts";
import { callBooks } from "./callBooks.ts";
import { candidatesOf, objectionTo } from "./candidates.ts";
import { steadyMeter } from "./steadyMeter.ts";
import { waitedTime } from "./waitedTime.ts";

/** How long a provider may think before it says the first word, and between two. */
const SILENCE_MS = 600_000;
const CONNECT_MS = 10_000;

interface GatewayOptions {
  readonly settings: ModelSettings;
  readonly clock: Clock;
  /** Waits before a model is asked again. Absent: by the real time. */
  readonly pause?: Asking["pause"];
}

/** A gateway that is closed with the worker: it holds connections to providers. */
interface ClosableGateway extends ModelGateway, ModelDirectory {
  close(): Promise<void>;
}

/**
 * The model gateway of one worker. Agents ask it by a socket of their attempt, in the forms of Anthropic, OpenAI and Gemini;
 * it adds the key, passes on what providers answer byte for byte, counts it, and stops at the attempt's caps.
 */
export function modelGateway({ settings, clock, pause = paused }: GatewayOptions): ClosableGateway {
  const dispatcher = new Agent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    keepAliveTimeout: 30_000,
  });
  const resting: Resting = new Map();
  return {
    async open(order) {
      const { maxWaitMs } = settings;
      const waited = waitedTime();
      const asking: Asking = { dispatcher, clock, pause, maxWaitMs, waited, resting };
      return openAttempt(order, attemptOf(order, settings, asking));
    },
    objection: (model) => objectionTo(model, settings),
    close: async () => dispatcher.destroy(),
  };
}

function attemptOf(order: GatewayOrder, settings: ModelSettings, asking: Asking): AttemptAtGateway {
  const underWay = new Map<AbortController, Promise<void>>();
  const { grant } = order;
  const meter = steadyMeter(order.meter, async (ms) => asking.pause(ms, order.signal));
  let trouble: GatewayTrouble | null = null;
  let hasEnded = false;
  const abortAll = (): void => {
    hasEnded = true;
    for (const abort of underWay.keys()) abort.abort();
  };
  return {
    id: order.attemptId,
    candidates: candidatesOf(order.models, { settings, grant }),
    books: callBooks(grant),
    meter,
    asking,
    keepsBodies: settings.keepBodies,
    waitedMs: () => asking.waited.until(asking.clock.now().getTime()),
    trouble: () => trouble,
    setTrouble(next) {
      if (trouble?.kind !== "over_budget") trouble = next;
    },
    async during(work) {
      const abort = new AbortController();
      if (hasEnded) abort.abort();
      const done = work(abort);
      underWay.set(
        abort,
        done.catch(() => undefined),
      );
      try {
        await done;
      } finally {
        underWay.delete(abort);
      }
    },
    abortAll,
    async finish() {
      abortAll();
      await Promise.all(underWay.values());
      await meter.flush();
    },
  };
}

async function paused(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
