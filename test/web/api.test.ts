import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AttemptId, RunId } from "../../src/domain/ids.ts";
import { offerExternally, withdrawExternally } from "../../src/store/externalAttempts.ts";
import { createWeb } from "../../src/web/createWeb.ts";
import type { Web } from "../../src/web/createWeb.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import { insertAttempt, insertRun } from "../store/livingRows.ts";

const TOKEN = "t".repeat(32);
const RUN = "7-aaaaaaaa" as RunId;
const ATTEMPT = `${RUN}.1.1` as AttemptId;
const log = pino({ level: "silent" });

let store: Awaited<ReturnType<typeof createStore>>;
let web: Web;
beforeAll(async () => {
  store = await createStore();
  const api = { token: TOKEN, webUrl: "https://github.test", secrets: ["hunter2hunter2"] };
  web = createWeb({ store, secret: "s", webhookPath: "/hooks", api, log });
});
afterAll(async () => store.drop());
beforeEach(async () => {
  await emptyTables(store.knex);
  await insertRun(store.knex, { id: RUN, issue: 7 });
  await insertAttempt(store.knex, { id: ATTEMPT, run: RUN, worker: "w1" });
  await store.knex("attempts").update({ base_sha: "b".repeat(40) });
  await offer("builder");
});

async function offer(role: string): Promise<void> {
  await store.knex("attempts").where({ id: ATTEMPT }).update({ role });
  await offerExternally(store.knex, {
    attemptId: ATTEMPT,
    instructions: "Greet \0.",
    context: { phase: "a\0b" },
    startingPatch: Buffer.from("diff\xff", "latin1"),
    timeoutMs: 60_000,
  });
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
}

async function ask(path: string, body?: unknown, token = TOKEN): Promise<Answer> {
  const response = await web.request(`/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get("content-type");
  return { status: response.status, type, body: JSON.parse(text) as Record<string, unknown> };
}

const path = `/attempts/${ATTEMPT}`;

test("without a token there is no API, and the answer says why", async () => {
  const off = createWeb({ store, secret: "s", webhookPath: "/hooks", log });
  const response = await off.request("/api/v1/attempts");
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("AUTOPACK_API_TOKEN");
});

test.each(["", "x", `${TOKEN}x`, TOKEN.slice(1)])("the token %j is not let in anywhere", async (token) => {
  for (const place of ["/attempts", path, "/openapi.json", `${path}/events`, `${path}/starting-patch`, "/nothing"]) {
    expect(await ask(place, undefined, token)).toMatchObject({ status: 401, type: "application/problem+json" });
  }
  expect(await ask(`${path}/result`, { by: "x" }, token)).toMatchObject({ status: 401 });
});

test("the description names every route", async () => {
  const { body } = await ask("/openapi.json");
  expect(Object.keys(body["paths"] as object).toSorted()).toEqual([
    "/attempts",
    "/attempts/{id}",
    "/attempts/{id}/claim",
    "/attempts/{id}/events",
    "/attempts/{id}/result",
  ]);
});

test("an offered attempt is listed, and says what to do", async () => {
  expect((await ask("/attempts?state=offered")).body).toMatchObject({ attempts: [{ id: ATTEMPT, state: "offered" }] });
  expect((await ask("/attempts?state=claimed")).body).toEqual({ attempts: [] });
  expect((await ask(path)).body).toMatchObject({
    repository: "acme/widget",
    base: "b".repeat(40),
    instructions: "Greet \uFFFD.",
    clone: { url: "https://github.test/acme/widget.git", branch: `autonomous/${RUN}` },
  });
  const patch = await web.request(`/api/v1${path}/starting-patch`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(Buffer.from(await patch.arrayBuffer()).toString("latin1")).toBe("diff\xff");
});

test("a claim holds against others, and can be taken over in so many words", async () => {
  expect(await ask(`${path}/claim`, { by: "one" })).toMatchObject({ status: 200, body: { claimed_by: "one" } });
  expect(await ask(`${path}/claim`, { by: "one" })).toMatchObject({ status: 200 });
  expect(await ask(`${path}/claim`, { by: "two" })).toMatchObject({
    status: 409,
    body: { detail: "one has claimed it." },
  });
  expect(await ask(`${path}/result`, { by: "two", result: {} })).toMatchObject({ status: 409 });
  expect(await ask(`${path}/claim`, { by: "two", take_over: true })).toMatchObject({ body: { claimed_by: "two" } });
});

test("the same result twice is fine, another one is not", async () => {
  const result = { by: "one", result: { summary: "a\0", files: [1] }, patch: "diff" };
  expect(await ask(`${path}/result`, result)).toMatchObject({ status: 200, body: { state: "submitted" } });
  const reordered = { patch: "diff", result: { files: [1], summary: "a\0" }, by: "one" };
  expect(await ask(`${path}/result`, reordered)).toMatchObject({ status: 200 });
  expect(await ask(`${path}/result`, { ...result, patch: "other" })).toMatchObject({ status: 409 });
  await store.knex("attempts").update({ state: "completed", finished_at: new Date() });
  expect(await ask(`${path}/result`, result)).toMatchObject({ status: 200 });
});

test("of two results at one time, one is taken", async () => {
  const answers = await Promise.all(
    ["a", "b", "c"].map(async (patch) => ask(`${path}/result`, { by: "one", result: {}, patch })),
  );
  expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
});

test("who is late is told which attempt is current", async () => {
  await store.knex("attempts").update({ state: "lost", finished_at: new Date() });
  const next = `${RUN}.1.2`;
  await store.knex("attempts").insert({ id: next, phase_id: `${RUN}.1`, number: 2, role: "builder", state: "pending" });
  expect(await ask(`${path}/result`, { by: "one", result: {} })).toMatchObject({
    status: 409,
    body: { current: next },
  });
  expect((await ask("/attempts")).body).toEqual({ attempts: [] });
});

test("what the worker took back is over", async () => {
  await withdrawExternally(store.knex, ATTEMPT);
  expect(await ask(`${path}/claim`, { by: "one" })).toMatchObject({ status: 409 });
  expect(await ask(`${path}/events`, { events: [{ kind: "turn", number: 1 }] })).toMatchObject({ status: 409 });
});

describe("what is wrong is said, with the place", () => {
  test.each([
    [{ result: {} }, "#/by"],
    [{ by: "one", result: "text" }, "#/result"],
    [{ by: "one", patch: "a", patch_base64: "YQ==" }, "#/patch_base64"],
    [{ by: "one", patch_base64: "?" }, "#/patch_base64"],
    [{ by: "one", more: 1 }, "#/"],
  ])("%j", async (body, pointer) => {
    const answer = await ask(`${path}/result`, body);
    expect(answer).toMatchObject({ status: 422, type: "application/problem+json" });
    expect(answer.body["errors"]).toContainEqual(expect.objectContaining({ pointer }));
  });

  test("a query, an id, a body that is no JSON", async () => {
    expect((await ask("/attempts?limit=0")).body["errors"]).toMatchObject([{ pointer: "?limit" }]);
    expect(await ask("/attempts/nonsense")).toMatchObject({ status: 422 });
    expect(await ask(`${path}/claim`, "{")).toMatchObject({ status: 400, type: "application/problem+json" });
    expect(await ask(`/attempts/${RUN}.9.9/claim`, { by: "one" })).toMatchObject({ status: 404 });
  });

  test("who judges gives a result, and changes nothing", async () => {
    await offer("auditor");
    expect(await ask(`${path}/result`, { by: "one", result: {}, patch: "x" })).toMatchObject({ status: 422 });
    expect(await ask(`${path}/result`, { by: "one" })).toMatchObject({ status: 422 });
    expect(await ask(`${path}/result`, { by: "one", result: {} })).toMatchObject({ status: 200 });
  });
});

test("a body that is too large is refused", async () => {
  const events = { events: [{ kind: "message", text: "x".repeat(5 * 1024 ** 2) }] };
  expect(await ask(`${path}/events`, events)).toMatchObject({ status: 413 });
});

test("events that are reported are kept, without secrets, and can be read on from any number", async () => {
  const events = [
    { kind: "turn", number: 1 },
    { kind: "message", text: `it is hunter2hunter2 and ${TOKEN}` },
  ];
  expect(await ask(`${path}/events`, { events })).toMatchObject({ status: 202, body: { kept: 2 } });
  const { body } = await ask(`${path}/events?after=1`);
  expect(body).toMatchObject({ events: [{ seq: 2, kind: "message" }] });
  expect(JSON.stringify(body)).not.toMatch(/hunter2|tttttttt/);
});
