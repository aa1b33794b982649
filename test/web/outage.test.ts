import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openIntake } from "../../src/inbox/intake.ts";
import { connect } from "../../src/store/connect.ts";
import { openQueues } from "../../src/store/queue.ts";
import { serve } from "../../src/web/serve.ts";
import { webhookHandler } from "../../src/web/webhook.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import { openEndpoint, secret, send, stored, webhookPath } from "./endpoint.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());
beforeEach(async () => emptyTables(store.knex));

/** A way to the database that can be cut and mended. */
async function openWire(url: string): Promise<{ url: string; cut(): Promise<void>; mend(): Promise<void> }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const wire = createServer((near) => {
    const far = connectTcp({ host: hostname, port: Number(port) });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => [near, far].forEach((end) => end.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  wire.listen(0, "127.0.0.1");
  await once(wire, "listening");
  const own = new URL(url);
  own.port = String((wire.address() as AddressInfo).port);
  return {
    url: own.href,
    async cut() {
      wire.close();
      for (const socket of sockets) socket.destroy();
      await once(wire, "close");
    },
    async mend() {
      wire.listen(Number(own.port), "127.0.0.1");
      await once(wire, "listening");
    },
  };
}

test("while the database is gone the answer is 503, and what is sent again afterwards is stored once", async () => {
  const wire = await openWire(store.url);
  const knex = connect(wire.url);
  const boss = await openQueues(store.url, { supervise: false });
  const server = await openEndpoint({ knex, boss });
  const headers = { "x-github-delivery": randomUUID() };
  expect(await send(server)).toMatchObject({ status: 202 });

  await wire.cut();
  const refused = await Promise.all([send(server, { headers }), send(server), send(server)]);
  expect(refused.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(refused[0].headers.get("retry-after")).toBe("10");
  expect(refused[0].body).toEqual({ error: "the database is not available" });
  const ready = await fetch(`${server.url}/readyz`);
  expect(ready.status).toBe(503);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

  await wire.mend();
  expect(await send(server, { headers })).toMatchObject({ status: 202, body: { result: "stored" } });
  expect((await stored(store.knex)).enqueued).toHaveLength(2);
  await server.close();
  await boss.stop({ graceful: false });
  await knex.destroy();
  await wire.cut();
});

test("a database that hangs is a 503 in time; the delivery may be stored later, and is then a duplicate", async () => {
  const web = new Hono<{ Bindings: HttpBindings }>();
  const intake = openIntake(store);
  web.post(webhookPath, webhookHandler({ intake, secret, log: pino({ level: "silent" }), answerWithinMs: 50 }));
  const server = await serve(web, { host: "127.0.0.1", port: 0 });
  const headers = { "x-github-delivery": randomUUID() };

  const blocker = await store.knex.transaction();
  await blocker.raw("lock table deliveries in exclusive mode");
  expect(await send(server, { headers })).toMatchObject({ status: 503 });
  await blocker.rollback();

  await expect.poll(async () => (await stored(store.knex)).enqueued).toHaveLength(1);
  expect(await send(server, { headers })).toMatchObject({ status: 202, body: { result: "duplicate" } });
  await server.close();
});
