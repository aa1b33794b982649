import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import type { WebServer } from "../../src/web/serve.ts";
import { githubHeaders, openEndpoint, send, sign, stored, webhookPath } from "./endpoint.ts";

const maxBytes = 25 * 1024 * 1024;

let store: Awaited<ReturnType<typeof createStore>>;
let server: WebServer;
beforeAll(async () => {
  store = await createStore();
  server = await openEndpoint(store);
});
afterAll(async () => {
  await server.close();
  await store.drop();
});
beforeEach(async () => emptyTables(store.knex));

/** A JSON object of exactly so many bytes. */
function bodyOf(bytes: number): Buffer {
  return Buffer.from(`{"pad":"${"x".repeat(bytes - 10)}"}`);
}

test("a webhook is stored as it came, enqueued, and answered with 202", async () => {
  const id = randomUUID();
  const body = '{ "action" : "labeled",\n "installation": {"id": 7}, "emoji": "\\ud83d\\ude80 ü", "big": 1e400 }';

  const answer = await send(server, { body, headers: { "x-github-delivery": id } });

  expect(answer).toMatchObject({ status: 202, body: { delivery: id, result: "stored" } });
  expect(await stored(store.knex)).toEqual({
    deliveries: [{ id, event: "issues", action: "labeled", installation_id: 7, payload: body, state: "received" }],
    enqueued: [id],
  });
});

test("the address that Probot's set-up page registers is answered too", async () => {
  expect(await send(server, { path: "/" })).toMatchObject({ status: 202 });
  expect(await send(server, { path: `${webhookPath}?from=github` })).toMatchObject({ status: 202 });
});

test.each([
  ["forged with another secret", sign('{"action":"labeled","installation":{"id":7}}', "guess")],
  ["of another body", sign("{}")],
  ["missing", null],
  ["empty", ""],
  ["too short", "sha256=abc"],
  ["in upper case", sign('{"action":"labeled","installation":{"id":7}}').toUpperCase()],
  ["SHA-1", "sha1=0000000000000000000000000000000000000000"],
])("a signature that is %s is a 401 and changes nothing", async (_, signature) => {
  const answer = await send(server, { headers: { "x-hub-signature-256": signature } });
  expect(answer).toMatchObject({ status: 401, body: { error: expect.stringMatching(/signature/i) } });
  expect(await stored(store.knex)).toEqual({ deliveries: [], enqueued: [] });
});

test.each([
  ["no JSON", "{not json"],
  ["empty", ""],
  ["a list", "[1]"],
  ["null", "null"],
  ["not UTF-8", Buffer.from('{"a":"\xff\xfe"}', "latin1")],
  ["an installation without a number", '{"installation":{"id":"seven"}}'],
])("a body that is %s is a 400 without a stack trace", async (_, body) => {
  const answer = await send(server, { body });
  expect(answer).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  expect(JSON.stringify(answer.body)).not.toMatch(/\bat \b|\.ts|node_modules|SyntaxError/);
  expect(await stored(store.knex)).toEqual({ deliveries: [], enqueued: [] });
});

test.each([
  [400, { "x-github-delivery": null }],
  [400, { "x-github-delivery": "17" }],
  [400, { "x-github-delivery": `${randomUUID()}0` }],
  [400, { "x-github-event": null }],
  [400, { "x-github-event": "Issues; drop table" }],
  [415, { "content-type": "application/x-www-form-urlencoded" }],
  [415, { "content-type": "application/jsonp" }],
])("%i for the headers %j", async (status, headers) => {
  expect(await send(server, { headers })).toMatchObject({ status, body: { error: expect.any(String) } });
  expect(await stored(store.knex)).toEqual({ deliveries: [], enqueued: [] });
});

test("only a POST is a webhook", async () => {
  const response = await fetch(`${server.url}${webhookPath}`);
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("POST");
});

test("a body of exactly 25 MiB is accepted, one byte more is a 413", async () => {
  const largest = bodyOf(maxBytes);
  expect(largest).toHaveLength(maxBytes);
  expect(await send(server, { body: largest })).toMatchObject({ status: 202 });
  expect(await send(server, { body: bodyOf(maxBytes + 1) })).toMatchObject({ status: 413 });
  expect((await stored(store.knex)).enqueued).toHaveLength(1);
});

test("the bytes are counted where no length is announced", async () => {
  const body = bodyOf(maxBytes + 1);
  const sending = request(`${server.url}${webhookPath}`, {
    method: "POST",
    headers: { ...githubHeaders(body), "transfer-encoding": "chunked" },
  });
  sending.on("error", () => undefined);
  sending.write(body);
  const [answer] = (await once(sending, "response")) as [{ statusCode: number; resume(): void }];
  answer.resume();
  sending.destroy();
  expect(answer.statusCode).toBe(413);
  expect((await stored(store.knex)).deliveries).toEqual([]);
});

test("an unknown event is stored as ignored, and nobody is woken for it", async () => {
  const answer = await send(server, { headers: { "x-github-event": "watch" } });
  expect(answer).toMatchObject({ status: 202, body: { result: "ignored" } });
  expect(await stored(store.knex)).toMatchObject({ deliveries: [{ event: "watch", state: "ignored" }], enqueued: [] });
});

test("a delivery that comes again is stored and enqueued once, whatever the case of its GUID", async () => {
  const id = randomUUID();
  const results = [];
  for (const guid of [id, id, id.toUpperCase()])
    results.push((await send(server, { headers: { "x-github-delivery": guid } })).body);
  expect(results).toMatchObject([{ result: "stored" }, { result: "duplicate" }, { result: "duplicate" }]);
  expect(await stored(store.knex)).toMatchObject({ deliveries: [{ id }], enqueued: [id] });
});

test("50 copies of one delivery at one time, at two servers, are stored and enqueued once", async () => {
  const id = randomUUID();
  const second = await openEndpoint(store);
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) =>
      send(index % 2 === 0 ? server : second, { headers: { "x-github-delivery": id } }),
    ),
  );
  await second.close();
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 202));
  expect(answers.filter(({ body }) => (body as { result: string }).result === "stored")).toHaveLength(1);
  expect(await stored(store.knex)).toMatchObject({ deliveries: [{ id }], enqueued: [id] });
});

test("500 deliveries at one time are all stored and enqueued exactly once", async () => {
  const ids = Array.from({ length: 500 }, () => randomUUID()).toSorted();
  const answers = await Promise.all(ids.map(async (id) => send(server, { headers: { "x-github-delivery": id } })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const { deliveries, enqueued } = await stored(store.knex);
  expect(deliveries.map(({ id }) => id)).toEqual(ids);
  expect(enqueued).toEqual(ids);
});

test("a payload that PostgreSQL cannot store is refused, and takes no other down with it", async () => {
  const bad = JSON.stringify({ action: "la\0beled" });
  const [refused, ...others] = await Promise.all([
    send(server, { body: bad }),
    ...Array.from({ length: 40 }, async () => send(server)),
  ]);
  expect(refused).toMatchObject({ status: 400, body: { error: "PostgreSQL cannot store this payload" } });
  expect(new Set(others.map(({ status }) => status))).toEqual(new Set([202]));
  expect((await stored(store.knex)).enqueued).toHaveLength(40);
});

test("a delivery that cannot be enqueued is not stored either", async () => {
  await store.knex.raw(`
    create function refuse_jobs() returns trigger language plpgsql as $$ begin raise exception 'no jobs today'; end $$;
    create trigger refuse_jobs before insert on pgboss.job_common for each row execute function refuse_jobs();
  `);
  const headers = { "x-github-delivery": randomUUID() };

  const refused = await send(server, { headers });
  const left = await stored(store.knex);
  await store.knex.raw("drop trigger refuse_jobs on pgboss.job_common");

  expect(refused).toMatchObject({ status: 503 });
  expect(left).toEqual({ deliveries: [], enqueued: [] });
  expect(await send(server, { headers })).toMatchObject({ status: 202, body: { result: "stored" } });
});
