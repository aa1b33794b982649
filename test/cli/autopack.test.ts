import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStore } from "../harness/store.ts";

const PROGRAM = resolve("src/cli/autopack.js");

let dir: string;
let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "autopack-cli-"));
  store = await createStore();
});
afterAll(async () => {
  await store.drop();
  await rm(dir, { recursive: true });
});

function autopack(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const own = { PATH: process.env["PATH"] ?? "", DATABASE_URL: store.url, ...env };
  return execa(process.execPath, [PROGRAM, ...args], { cwd: dir, env: own, extendEnv: false, reject: false });
}

test("--help names every command; an unknown one is bad usage", async () => {
  const help = await autopack(["--help"]);
  expect(help.exitCode).toBe(0);
  for (const name of ["start", "serve", "worker", "migrate", "doctor", "config"]) expect(help.stdout).toContain(name);
  const wrong = await autopack(["strat"]);
  expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("unknown command") });
});

test("an old Node is told which one is needed, and where to get it", async () => {
  const pretend = `Object.defineProperty(process.versions, "node", { value: "20.20.2" }); await import(${JSON.stringify(PROGRAM)});`;
  const old = await execa(process.execPath, ["--input-type=module", "-e", pretend], { reject: false });
  expect(old).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("22.12 or newer") });
  expect(old.stderr).toContain("npm ci");
});

describe("migrate", () => {
  test("says what it does; a dry run does nothing; it can be undone", async () => {
    const down = await autopack(["migrate", "--down", "1"]);
    expect(down.stdout).toMatch(/^undone: \d+_planner$/);
    const dry = await autopack(["migrate", "--dry-run"]);
    expect(dry.stdout).toMatch(/^would apply: \d+_planner$/);
    const up = await autopack(["migrate"]);
    expect(up.stdout).toMatch(/^applied: \d+_planner$/);
    expect((await autopack(["migrate"])).stdout).toBe("nothing to do: the schema is up to date");
  });

  test("a database that is not there is one clear message", async () => {
    const result = await autopack(["migrate"], { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("ECONNREFUSED") });
  });
});

describe("config", () => {
  test("the starter is valid", async () => {
    const starter = await autopack(["config", "starter"]);
    await writeFile(join(dir, "starter.yml"), starter.stdout);
    expect(await autopack(["config", "validate", "starter.yml"])).toMatchObject({
      exitCode: 0,
      stdout: "starter.yml is valid",
    });
  });

  test("problems come with line and column, and as JSON", async () => {
    await writeFile(join(dir, "wrong.yml"), "version: 1\nagent: {}\n");
    const result = await autopack(["config", "validate", "wrong.yml"]);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("wrong.yml:2:1:");
    const json = await autopack(["config", "validate", "wrong.yml", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: "invalid" });
  });

  test("the schema is JSON Schema", async () => {
    expect(JSON.parse((await autopack(["config", "schema"])).stdout)).toMatchObject({ type: "object" });
  });
});

test("doctor finds what is there and what is missing", async () => {
  const result = await autopack(["doctor", "--json"]);
  const findings = JSON.parse(result.stdout) as { name: string; state: string }[];
  const states = Object.fromEntries(findings.map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({ Node: "ok", git: "ok", sandbox: "ok", database: "ok", "GitHub App": "warning" });
  const lacking = await autopack(["doctor"], { PATH: "/nowhere" });
  expect(lacking.exitCode).toBe(1);
  expect(lacking.stdout).toMatch(/✗ git/);
});

test("half an App is refused with what is missing; a worker without one is told where to get it", async () => {
  const half = await autopack(["start"], { APP_ID: "1" });
  expect(half).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("WEBHOOK_SECRET") });
  const none = await autopack(["worker"]);
  expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("autopack start") });
});
