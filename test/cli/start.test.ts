import { mkdtemp, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { startGitHub } from "../github/startGitHub.ts";
import type { GitHubStandIn } from "../github/startGitHub.ts";
import { verdict } from "../harness/agentScript.ts";
import { createStore } from "../harness/store.ts";
import { configOf } from "../harness/world.ts";

const PROGRAM = resolve("src/cli/autopack.js");

let dir: string;
let store: Awaited<ReturnType<typeof createStore>>;
let github: GitHubStandIn;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "autopack-start-"));
  store = await createStore();
  const script = { builder: { "*": [{ edits: { "hello.md": "hello\n" } }] }, auditor: { "*": [verdict("approve")] } };
  const config = configOf(script, {
    preflight: [],
    ci: { normal: ["test -f hello.md"] },
    promotion: { auto_merge: true },
  });
  github = await startGitHub({
    users: { alice: "write" },
    repositories: [{ name: "widget", files: { "README.md": "# widget\n", ".github/autopack.yml": stringify(config) } }],
  });
});
afterAll(async () => {
  await github.close();
  await store.drop();
  await rm(dir, { recursive: true });
});

function begin(side: string) {
  const { app, host } = github;
  const env = {
    PATH: process.env["PATH"] ?? "",
    DATABASE_URL: store.url,
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.webhookSecret,
    GHE_HOST: host,
    GHE_PROTOCOL: "http",
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_FORMAT: "json",
    AUTOPACK_DATA: join(dir, side),
  };
  return execa(process.execPath, [PROGRAM, side], {
    cwd: dir,
    env,
    extendEnv: false,
    reject: false,
    buffer: false,
    forceKillAfterDelay: 30_000,
  });
}

/** Waits for a log line, and gives its fields. */
async function said(process: ReturnType<typeof begin>, message: string): Promise<Record<string, unknown>> {
  for await (const line of createInterface({ input: process.stdout })) {
    const fields = JSON.parse(line) as Record<string, unknown>;
    if (fields["msg"] === message) return fields;
  }
  throw new Error(`the process ended without saying “${message}”`);
}

async function promotes(): Promise<void> {
  const { number } = await github.createIssue({ as: "alice", title: "Say hello" });
  await github.addLabel(number, "autopack", { as: "alice" });
  await vi.waitFor(async () => expect((await github.issue(number)).state).toBe("closed"), {
    timeout: 25_000,
    interval: 100,
  });
}

test("`autopack start` takes a label to a merge, and stops cleanly when told to", async () => {
  const process = begin("start");
  const { url } = await said(process, "autopack is up");
  process.stdout.resume();
  github.webhooks.deliverTo(`${String(url)}/api/github/webhooks`);
  await promotes();
  process.kill("SIGTERM");
  expect((await process).exitCode).toBe(0);
}, 60_000);

test("`autopack serve` and `autopack worker` do the same apart", async () => {
  const serve = begin("serve");
  const worker = begin("worker");
  const [{ url }] = await Promise.all([said(serve, "autopack is up"), said(worker, "autopack is up")]);
  serve.stdout.resume();
  worker.stdout.resume();
  github.webhooks.deliverTo(`${String(url)}/api/github/webhooks`);
  await github.pushCommit({ as: "alice", branch: "main", files: { "hello.md": null }, message: "Silence" });
  await promotes();
  serve.kill("SIGTERM");
  worker.kill("SIGTERM");
  expect((await Promise.all([serve, worker])).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
}, 60_000);
