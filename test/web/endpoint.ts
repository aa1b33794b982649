import { payloadText } from "../../src/store/deliveries.ts";
import { createHmac, randomUUID } from "node:crypto";
import type { Knex } from "knex";
import { pino } from "pino";
import type { Store } from "../../src/store/store.ts";
import { createWeb } from "../../src/web/createWeb.ts";
import { serve } from "../../src/web/serve.ts";
import type { WebServer } from "../../src/web/serve.ts";

export const secret = "it's a secret to everybody";
export const webhookPath = "/api/github/webhooks";

/** The real server on a port of its own. */
export async function openEndpoint(
  store: Store,
  pendingMigrations?: () => Promise<readonly string[]>,
): Promise<WebServer> {
  const log = pino({ level: "silent" });
  const web = createWeb({ store, secret, webhookPath, log, ...(pendingMigrations && { pendingMigrations }) });
  return serve(web, { host: "127.0.0.1", port: 0 });
}

export interface Sent {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export interface Sending {
  readonly body?: string | Buffer;
  readonly path?: string;
  /** Over the right ones; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** Posts a webhook as GitHub does. */
export async function send(server: WebServer, sending: Sending = {}): Promise<Sent> {
  const { body = '{"action":"labeled","installation":{"id":7}}', path = webhookPath } = sending;
  const headers = Object.entries({ ...githubHeaders(body), ...sending.headers });
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    body,
    headers: headers.filter((header): header is [string, string] => header[1] !== null),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

export function githubHeaders(body: string | Buffer): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-github-event": "issues",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": sign(body),
  };
}

export function sign(body: string | Buffer, key: string = secret): string {
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}

export interface StoredDelivery {
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation_id: number | null;
  readonly payload: string;
  readonly state: string;
}

/** Deliveries by id, their payload as text; and the ids that handle_delivery jobs are waiting for. */
export async function stored(knex: Knex): Promise<{ deliveries: StoredDelivery[]; enqueued: string[] }> {
  const deliveries = await knex("deliveries")
    .select("id", "event", "action", "installation_id", "state", "payload", "encoding")
    .orderBy("id");
  const jobs = await knex("pgboss.job")
    .where({ name: "handle_delivery" })
    .select<{ deliveryId: string }[]>(knex.raw(`data->>'deliveryId' as "deliveryId"`))
    .orderBy("deliveryId");
  const unpacked = deliveries.map(({ encoding, ...delivery }) => ({
    ...delivery,
    payload: payloadText({ payload: delivery.payload, encoding }),
  }));
  return { deliveries: unpacked, enqueued: jobs.map(({ deliveryId }) => deliveryId) };
}
