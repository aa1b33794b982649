import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { pino } from "pino";
import { expect, test } from "vitest";
import { createChannel } from "../../src/web/createChannel.ts";
import { followProxy } from "../../src/web/followProxy.ts";
import { eventReader } from "../../src/web/serverSentEvents.ts";
import { createStore } from "../harness/store.ts";
import { openEndpoint, sign, stored, webhookPath } from "./endpoint.ts";

const log = pino({ level: "silent" });

/** A channel server like smee.io; hands over each connection that is made to its channel. */
async function openChannels(): Promise<{ url: string; connected(): Promise<ServerResponse>; close(): void }> {
  const waiting: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.method === "HEAD") {
      if (request.url === "/new") response.writeHead(307, { location: "https://smee.example/abc" }).end();
      else response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('event: ready\ndata: {}\n\n:keep\n\nevent: ping\ndata: {"a":1}\n\n');
    waiting.push(response);
    server.emit("stream");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async connected() {
      if (waiting.length === 0) await once(server, "stream");
      const response = waiting.shift();
      if (response === undefined) throw new Error("no connection");
      return response;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** One webhook as smee.io sends it: the parsed body among the headers. */
function message(id: string, signature?: string): string {
  const body = { action: "labeled", installation: { id: 7 }, text: "ü 🚀\n" };
  const headers = {
    host: "smee.io",
    "x-github-event": "issues",
    "x-github-delivery": id,
    "x-hub-signature-256": signature ?? sign(JSON.stringify(body)),
  };
  return `id: 1\ndata: ${JSON.stringify({ ...headers, body, query: {}, timestamp: 1 })}\n\n`;
}

test("webhooks of a channel arrive at the endpoint, also after the channel was cut; forged ones do not", async () => {
  const [store, channels] = await Promise.all([createStore(), openChannels()]);
  const server = await openEndpoint(store);
  const proxy = followProxy({ source: channels.url, target: `${server.url}${webhookPath}`, log, retryMs: 1 });
  const [first, second] = [randomUUID(), randomUUID()].toSorted() as [string, string];

  const connection = await channels.connected();
  connection.write(`data: not json\n\n${message(randomUUID(), sign("other"))}`);
  connection.write(message(first));
  await expect.poll(async () => (await stored(store.knex)).enqueued).toEqual([first]);
  connection.destroy();
  (await channels.connected()).write(message(second));
  await expect.poll(async () => (await stored(store.knex)).enqueued).toEqual([first, second]);

  proxy.close();
  channels.close();
  await server.close();
  await store.drop();
});

test("a channel is made where the service says so", async () => {
  const channels = await openChannels();
  expect(await createChannel(`${channels.url}/new`)).toBe("https://smee.example/abc");
  await expect(createChannel(`${channels.url}/old`)).rejects.toThrow(
    `making a webhook channel at ${channels.url}/old: it answered 404`,
  );
  channels.close();
});

test("events are read the same however the stream is cut and its lines end", () => {
  const stream =
    ": hello\n\ndata: one\ndata:  more\n\nevent: ping\ndata: no\n\nid: 3\ndata\n\nevent: message\ndata:two\n\n";
  const lineEnds = fc.constantFrom("\n", "\r\n", "\r");
  fc.assert(
    fc.property(lineEnds, fc.array(fc.integer({ min: 0, max: stream.length * 2 })), (end, cuts) => {
      const text = `${stream.replaceAll("\n", end)}:end`;
      const read = eventReader();
      const at = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
      const events = at.slice(1).flatMap((to, index) => read(text.slice(at[index], to)));
      expect(events).toEqual(["one\n more", "", "two"]);
    }),
  );
});
