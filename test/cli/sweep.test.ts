import { resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AttemptId, RunId } from "../../src/domain/ids.ts";
import { createStore } from "../harness/store.ts";
import { insertAttempt, insertRun, insertWorker } from "../store/livingRows.ts";

const RUN = "7-aaaaaaaa" as RunId;
const ATTEMPT = `${RUN}.1.1` as AttemptId;

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  store = await createStore();
  const { knex } = store;
  await insertRun(knex, { id: RUN, issue: 7 });
  await insertWorker(knex, { id: "host:1:aaaa" });
  await insertWorker(knex, { id: "host:2:bbbb", silentFor: "1 minute" });
  await insertWorker(knex, { id: "host:3:cccc", state: "gone", silentFor: "2 days" });
  await insertAttempt(knex, { id: ATTEMPT, run: RUN, worker: "host:1:aaaa" });
  const at = knex.raw("now() - interval '25 hours'");
  await knex("heartbeats").insert([
    { attempt_id: ATTEMPT, status: "running", progress_percent: 12, memory_bytes: 50 * 2 ** 20, cpu_percent: 99.6 },
    { attempt_id: ATTEMPT, status: "running", at },
  ]);
});
afterAll(async () => store.drop());

async function autopack(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"] ?? "", DATABASE_URL: store.url };
  const { stdout } = await execa(process.execPath, [resolve("src/cli/autopack.js"), ...args], {
    env,
    extendEnv: false,
  });
  return stdout;
}

test("workers are listed with what they do; whose heartbeat is missing is marked", async () => {
  expect((await autopack("workers")).split("\n").toSorted()).toEqual([
    `    ${ATTEMPT} builder, 12 % of its time, 50 MiB, CPU 100 %`,
    expect.stringMatching(/^– host:3:cccc \(0\.1\.0\): gone, heartbeat \d+ s ago$/),
    expect.stringMatching(/^✓ host:1:aaaa \(0\.1\.0\): up, heartbeat \d+ s ago, 1 MiB, CPU 1 %$/),
    expect.stringMatching(/^✗ host:2:bbbb \(0\.1\.0\): up, but STALE, heartbeat \d+ s ago, 1 MiB, CPU 1 %$/),
  ]);
  const listed = JSON.parse(await autopack("workers", "--json")) as unknown[];
  expect(listed).toHaveLength(3);
});

test("a dry run says what a sweep would delete, and deletes nothing", async () => {
  const due = "  1 heartbeats\n  1 workers that are gone";
  expect(await autopack("sweep", "--dry-run")).toBe(`would delete:\n${due}`);
  expect(await autopack("sweep")).toBe(`deleted:\n${due}`);
  expect(await autopack("sweep")).toBe("nothing to delete");
  expect(JSON.parse(await autopack("sweep", "--dry-run", "--json"))).toMatchObject({ heartbeats: 0, branches: 0 });
  expect(await store.knex("heartbeats")).toHaveLength(1);
});

function guid(n: number): string {
  return `00000000-0000-4000-8000-00000000000${n}`;
}

test("webhooks that did not come are listed with what became of each", async () => {
  expect(await autopack("gaps")).toBe("no webhook is missing");
  const at = new Date("2026-11-21T10:00:00Z");
  const gap = {
    kind: "delivery",
    event: "issues",
    action: "labeled",
    repository_id: 101,
    delivery_id: "7",
    delivered_at: at,
  };
  await store.knex("gaps").insert([
    { ...gap, guid: guid(1) },
    { ...gap, guid: guid(2), requested_at: at, attempts: 1 },
    { ...gap, guid: guid(3), closed_at: at, closed_by: "redelivery" },
    { ...gap, guid: guid(4), event: "push", action: null, repository_id: null, closed_at: at, closed_by: "given_up" },
  ]);
  const when = at.toISOString();
  expect(await autopack("gaps")).toBe(
    [
      `! ${when} issues.labeled, repository 101: open (${guid(1)})`,
      `! ${when} issues.labeled, repository 101: open, asked for 1 time, last ${when} (${guid(2)})`,
      `✓ ${when} issues.labeled, repository 101: GitHub sent it again (${guid(3)})`,
      `✗ ${when} push: GIVEN UP (${guid(4)})`,
      "4 missed: 2 open, 1 given up",
    ].join("\n"),
  );
  expect(JSON.parse(await autopack("gaps", "--json"))).toMatchObject([{ guid: guid(1), closedBy: null }, {}, {}, {}]);
});
