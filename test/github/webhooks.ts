import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { now } from "./world.ts";

export interface Delivery {
  readonly id: number;
  /** `X-GitHub-Delivery`; a redelivery keeps that of the first. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly payload: unknown;
  readonly redelivery: boolean;
}

/** A delivery that was tried, or lost on purpose, as `/app/hook/deliveries` shows it. */
export interface LoggedDelivery extends Delivery {
  readonly deliveredAt: string;
  readonly durationMs: number;
  /** `OK`, or why not, in GitHub's words. */
  readonly status: string;
  readonly statusCode: number;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}

export type Emission = Omit<Delivery, "id" | "guid" | "redelivery">;

export interface Webhooks {
  /** Where deliveries go from now on; undefined: nowhere, and each is logged as failed. */
  deliverTo(url: string | undefined): void;
  emit(emission: Emission): void;
  /** From now on deliveries wait for `release` or `drop`. */
  hold(): void;
  held(): readonly Delivery[];
  /**
   * Sends held deliveries and stops holding when it is given no choice. `choose` may pick, reorder and repeat; what it
   * leaves out stays held, and so does what comes later.
   */
  release(choose?: (held: readonly Delivery[]) => readonly Delivery[]): Promise<void>;
  /** Loses the held deliveries that match: logged as failed, or with `logged: false` never seen by anybody. */
  drop(matches?: (delivery: Delivery) => boolean, options?: { readonly logged: boolean }): void;
  /** Newest first. */
  log(): readonly LoggedDelivery[];
  /** Delivers again what was delivered or failed before, under the same GUID. False when there is no such delivery. */
  redeliver(id: number): boolean;
  /** Resolves when nothing is on its way; held deliveries do not count. */
  settled(): Promise<void>;
}

/** Milliseconds; GitHub gives a receiver ten seconds. */
const patienceMs = 10_000;

export interface WebhookOptions {
  readonly secret: string;
  readonly appId: number;
  readonly url: string | undefined;
  nextId(): number;
}

/** Deliveries go out one after the other, in the order of what happened, so that a test sees the same order each time. */
export function createWebhooks(options: WebhookOptions): Webhooks & { close(): Promise<void> } {
  // A connection a delivery, so that one left over from before a restart of the receiver cannot fail the next.
  const agent = new Agent({ keepAlive: false });
  const log: LoggedDelivery[] = [];
  let url = options.url;
  let holding = false;
  let waiting: Delivery[] = [];
  let tail: Promise<void> = Promise.resolve();

  function send(delivery: Delivery): void {
    tail = sendAfter(tail, delivery);
  }

  async function sendAfter(earlier: Promise<void>, delivery: Delivery): Promise<void> {
    await earlier;
    log.unshift(await attempt(delivery));
  }

  async function attempt(delivery: Delivery): Promise<LoggedDelivery> {
    const body = JSON.stringify(delivery.payload);
    const requestHeaders = headersOf(delivery, body, options);
    const startedAt = performance.now();
    const answer = url === undefined ? unreachable : await post(url, { headers: requestHeaders, body, agent });
    return { ...delivery, requestHeaders, deliveredAt: now(), durationMs: performance.now() - startedAt, ...answer };
  }

  function redeliver(id: number): boolean {
    const earlier = log.find((delivery) => delivery.id === id);
    if (earlier === undefined) return false;
    const { guid, event, action, installationId, repositoryId, payload } = earlier;
    send({ id: options.nextId(), guid, event, action, installationId, repositoryId, payload, redelivery: true });
    return true;
  }

  async function settled(): Promise<void> {
    for (let last = tail; ; last = tail) {
      await last;
      if (last === tail) return;
    }
  }

  return {
    deliverTo: (to) => void (url = to),
    emit(emission) {
      const delivery = { ...emission, id: options.nextId(), guid: randomUUID(), redelivery: false };
      if (holding) waiting.push(delivery);
      else send(delivery);
    },
    hold: () => void (holding = true),
    held: () => [...waiting],
    async release(choose) {
      const chosen = choose === undefined ? waiting : choose([...waiting]);
      if (choose === undefined) holding = false;
      waiting = waiting.filter((delivery) => !chosen.includes(delivery));
      for (const delivery of chosen) send(delivery);
      await settled();
    },
    drop(matches = () => true, { logged } = { logged: true }) {
      const lost = waiting.filter((delivery) => matches(delivery));
      waiting = waiting.filter((delivery) => !lost.includes(delivery));
      if (!logged) return;
      for (const delivery of lost) {
        const requestHeaders = headersOf(delivery, JSON.stringify(delivery.payload), options);
        log.unshift({ ...delivery, requestHeaders, deliveredAt: now(), durationMs: 0, ...unreachable });
      }
    },
    log: () => [...log],
    redeliver,
    settled,
    async close() {
      url = undefined;
      agent.destroy();
      await settled();
    },
  };
}

function headersOf(delivery: Delivery, body: string, options: WebhookOptions): Record<string, string> {
  const signature = (algorithm: string) => createHmac(algorithm, options.secret).update(body).digest("hex");
  return {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
    "User-Agent": "GitHub-Hookshot/standin",
    Accept: "*/*",
    "X-GitHub-Delivery": delivery.guid,
    "X-GitHub-Event": delivery.event,
    "X-GitHub-Hook-ID": String(options.appId * 10 + 1),
    "X-GitHub-Hook-Installation-Target-ID": String(options.appId),
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-Hub-Signature": `sha1=${signature("sha1")}`,
    "X-Hub-Signature-256": `sha256=${signature("sha256")}`,
  };
}

type Outcome = Pick<LoggedDelivery, "status" | "statusCode" | "responseBody">;

const unreachable: Outcome = { status: "failed to connect to host", statusCode: 502, responseBody: "" };
const timedOut: Outcome = { status: "timed out", statusCode: 504, responseBody: "" };

interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly agent: Agent;
}

/** Never rejects: a receiver that is down is an outcome like another. */
function post(url: string, { headers, body, agent }: Post): Promise<Outcome> {
  return new Promise((resolve) => {
    const outgoing = request(url, { method: "POST", headers, agent, timeout: patienceMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => resolve(unreachable));
      response.on("end", () => {
        const statusCode = response.statusCode ?? 0;
        const status = statusCode >= 200 && statusCode < 300 ? "OK" : `Invalid HTTP Response: ${statusCode}`;
        resolve({ status, statusCode, responseBody: Buffer.concat(chunks).toString("utf8") });
      });
    });
    outgoing.on("timeout", () => {
      resolve(timedOut);
      outgoing.destroy();
    });
    outgoing.on("error", () => resolve(unreachable));
    outgoing.end(body);
  });
}
