import { afterAll, beforeAll, expect, test } from "vitest";
import { migrations } from "../../migrations/index.ts";
import { pendingMigrations } from "../../src/store/migrate.ts";
import { createStore } from "../harness/store.ts";
import { openEndpoint } from "./endpoint.ts";

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
});
afterAll(async () => store.drop());

async function get(pending: () => Promise<readonly string[]>, path: string): Promise<Response> {
  const server = await openEndpoint(store, pending);
  try {
    const response = await fetch(`${server.url}${path}`);
    return new Response(await response.text(), response);
  } finally {
    await server.close();
  }
}

test("ready when the database answers and no migration is missing", async () => {
  const response = await get(async () => pendingMigrations(store.knex, migrations), "/readyz");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ready" });
});

test("not ready when migrations are missing or cannot be read, without saying too much", async () => {
  const missing = await get(async () => ["20990101000000_wings"], "/readyz");
  expect(missing.status).toBe(503);
  expect(await missing.json()).toEqual({
    status: "not_ready",
    problems: ["migrations are missing; run autopack migrate: 20990101000000_wings"],
  });
  const broken = await get(async () => Promise.reject(new Error("password=hunter2")), "/readyz");
  expect(broken.status).toBe(503);
  expect(await broken.text()).not.toContain("hunter2");
});

test("what is not there is a 404 in JSON, with headers that keep browsers careful", async () => {
  const response = await get(async () => [], "/nowhere");
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: "there is nothing here" });
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("x-frame-options")).toBe("SAMEORIGIN");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(response.headers.get("x-powered-by")).toBeNull();
});
