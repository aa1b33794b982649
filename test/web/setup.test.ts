import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseEnvironment } from "../../src/config/environment.ts";
import { startSetup } from "../../src/web/startSetup.ts";
import type { SetupServer } from "../../src/web/startSetup.ts";

// Probot reads app.yml and writes .env in the current folder, and takes these variables from the process.
const home = process.cwd();
const env = { ...process.env };
let dir: string;
let setup: SetupServer;
const lines: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "autopack-setup-"));
  await copyFile("app.yml", join(dir, "app.yml"));
  await copyFile("package.json", join(dir, "package.json"));
  process.chdir(dir);
  process.env["NO_SMEE_SETUP"] = "true";
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  setup = await startSetup({ host: "127.0.0.1", port: await freePort(), log });
});
afterAll(async () => {
  await setup.close();
  process.chdir(home);
  process.env = env;
  await rm(dir, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("the log says where to go", () => {
  expect(lines.join("")).toContain(setup.url);
  expect(lines.join("")).toContain("open the set-up page");
});

test("the first page leads to Probot's, which carries the manifest of app.yml", async () => {
  const response = await fetch(`${setup.url}/`);
  expect(response.url).toBe(`${setup.url}/probot`);
  const [, manifest = ""] = /id="manifest" value='([^']*)'/.exec(await response.text()) ?? [];
  expect(JSON.parse(manifest)).toMatchObject({
    name: "Autopack",
    public: false,
    default_permissions: { contents: "write", checks: "write" },
    default_events: expect.arrayContaining([
      "issues",
      "issue_comment",
      "pull_request_review",
      "check_run",
      "merge_group",
    ]),
    redirect_url: `${setup.url}/probot/setup`,
  });
});

test("what the page writes to .env is an App that Autopack starts with", async () => {
  const pem = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });
  const response = await fetch(`${setup.url}/probot/import`, {
    method: "POST",
    body: JSON.stringify({ appId: "123", pem: pem.toString(), webhook_secret: "s3cret" }),
  });
  expect(response.status).toBe(200);
  const written = parseEnv(await readFile(join(dir, ".env"), "utf8"));
  const { credentials } = parseEnvironment(written, () => "");
  expect(credentials).toMatchObject({ kind: "app", appId: 123, webhookSecret: "s3cret" });
});

test("in production nobody may set up", async () => {
  process.env["NODE_ENV"] = "production";
  const log = pino({ level: "silent" });
  await expect(startSetup({ host: "127.0.0.1", port: 1, log })).rejects.toThrow("Set APP_ID, PRIVATE_KEY and WEBHOOK");
  process.env["NODE_ENV"] = "test";
});
