import nock from "nock";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sha } from "../../../src/domain/ids.ts";
import type { Forge } from "../../../src/ports/forge.ts";
import { API, closeGithub, openWidget } from "./github.ts";

const SHA = "a".repeat(40) as Sha;
const COMMIT = `/repos/acme/widget/commits/${SHA}`;
const RUNS = `${COMMIT}/check-runs?filter=latest&per_page=100`;
const STATUSES = `${COMMIT}/status?per_page=100`;
const SUITES = `${COMMIT}/check-suites?per_page=100`;
let forge: Forge;

beforeEach(async () => {
  nock(API).get("/app").reply(200, { slug: "autopack" });
  forge = await openWidget();
});

afterEach(closeGithub);

function run(id: number, name: string, more: object = {}): object {
  const app = { slug: "github-actions" };
  return { id, name, status: "completed", conclusion: "success", check_suite: { id: 9 }, app, ...more };
}

function runs(all: readonly object[], total = all.length): object {
  return { total_count: total, check_runs: all };
}

function noStatuses(): void {
  nock(API).get(`${STATUSES}&page=1`).reply(200, { total_count: 0, statuses: [] });
}

test("check runs of other apps and statuses, never Autopack's own", async () => {
  const build = run(1, "build", {
    conclusion: "failure",
    started_at: "2026-11-21T12:00:00Z",
    completed_at: "2026-11-21T12:01:00Z",
    details_url: "https://ci.example/1",
    output: { title: "2 failures", summary: "a\u0000b\nc" },
  });
  const going = run(2, "lint", { status: "in_progress", conclusion: null });
  const own = run(3, "autopack/ci", { app: { slug: "autopack" } });
  nock(API)
    .get(`${RUNS}&page=1`)
    .reply(200, runs([build, going, own]));
  const at = { created_at: "2026-11-21T12:00:00Z", updated_at: "2026-11-21T12:00:00Z" };
  const statuses = [
    { id: 5, context: "ci/old", state: "pending", description: "queued", target_url: null, ...at },
    { id: 6, context: "ci/bad", state: "error", description: null, target_url: "https://ci.example/6", ...at },
  ];
  nock(API).get(`${STATUSES}&page=1`).reply(200, { total_count: 2, statuses });
  expect(await forge.checksOf(SHA)).toEqual([
    {
      id: 1,
      source: "check_run",
      name: "build",
      app: "github-actions",
      suite: 9,
      completed: true,
      conclusion: "failure",
      moreToCome: false,
      startedAt: "2026-11-21T12:00:00Z",
      completedAt: "2026-11-21T12:01:00Z",
      url: "https://ci.example/1",
      summary: "2 failures\n\nab\nc",
    },
    expect.objectContaining({ id: 2, name: "lint", completed: false, conclusion: null, moreToCome: false }),
    expect.objectContaining({ id: 5, source: "status", name: "ci/old", completed: false, summary: "queued" }),
    expect.objectContaining({ id: 6, name: "ci/bad", completed: true, conclusion: "error", app: null, suite: null }),
  ]);
});

test("all pages are read", async () => {
  const all = Array.from({ length: 101 }, (_, index) => run(index + 1, `job ${index}`, { check_suite: null }));
  nock(API)
    .get(`${RUNS}&page=1`)
    .reply(200, runs(all.slice(0, 100), 101));
  nock(API)
    .get(`${RUNS}&page=2`)
    .reply(200, runs(all.slice(100), 101));
  noStatuses();
  expect(await forge.checksOf(SHA)).toHaveLength(101);
});

test("a suite with nothing running in it is asked whether more is to come", async () => {
  nock(API)
    .get(`${RUNS}&page=1`)
    .reply(200, runs([run(1, "build"), run(2, "lint", { check_suite: { id: 10 } })]));
  noStatuses();
  const suites = [
    { id: 9, status: "in_progress" },
    { id: 10, status: "completed" },
    // Every app with the permission has one, and most never run anything.
    { id: 11, status: "queued" },
  ];
  nock(API).get(`${SUITES}&page=1`).reply(200, { total_count: 3, check_suites: suites });
  const seen = await forge.checksOf(SHA);
  expect(seen.map(({ name, moreToCome }) => [name, moreToCome])).toEqual([
    ["build", true],
    ["lint", false],
  ]);
});

test("a missing permission is named", async () => {
  nock(API).get(`${RUNS}&page=1`).reply(200, runs([]));
  nock(API)
    .get(`${STATUSES}&page=1`)
    .reply(
      403,
      { message: "Resource not accessible by integration" },
      { "x-accepted-github-permissions": "statuses=read" },
    );
  await expect(forge.checksOf(SHA)).rejects.toThrow(/statuses=read/);
});
