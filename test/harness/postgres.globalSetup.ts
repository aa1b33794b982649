import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { connect } from "../../src/store/connect.ts";
import { isAlive } from "../../src/store/postgres/isAlive.ts";
import { stopPostmaster } from "../../src/store/postgres/postmaster.ts";
import { startEmbedded } from "../../src/store/postgres/startEmbedded.ts";
import { onServer } from "./database.ts";
import { databaseUrl } from "./databaseUrl.ts";
import { prepare } from "./template.ts";

/** Nothing here must survive a power cut. */
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  max_connections: "300",
  max_wal_size: "4GB",
  checkpoint_timeout: "1h",
} as const;

interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** One server and one template for the whole run; a server of your own by `AUTOPACK_TEST_DATABASE_URL` (a superuser's). */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["AUTOPACK_TEST_DATABASE_URL"];
  const server = given === undefined ? await ownServer() : givenServer(given);
  const template = `autopack_test_${randomBytes(4).toString("hex")}`;
  try {
    await buildTemplate(server.url, template);
  } catch (cause) {
    // vitest tears down only what was set up.
    await server.stop();
    throw cause;
  }
  project.provide("databaseAdminUrl", server.url);
  project.provide("databaseTemplate", template);
  return async () => {
    await dropDatabases(server.url, template);
    await server.stop();
  };
}

function givenServer(url: string): TestServer {
  return { url, stop: async () => undefined };
}

async function ownServer(): Promise<TestServer> {
  await removeAbandoned();
  const dir = await mkdtemp(join(tmpdir(), `${ownDirPrefix}${process.pid}-`));
  const server = await startEmbedded({ dataDir: dir, settings });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(server.place, { recursive: true, force: true });
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const ownDirPrefix = "autopack-test-";

/** A run that was killed leaves its server behind; its folder's name tells whose it was. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${ownDirPrefix}(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const dir = join(tmpdir(), name);
    if ((await stat(dir)).uid !== process.getuid?.()) continue;
    await stopPostmaster(join(dir, "data"));
    await rm(dir, { recursive: true, force: true });
  }
}

async function buildTemplate(adminUrl: string, template: string): Promise<void> {
  await onServer(adminUrl, async (admin) => {
    await admin.raw("create database ??", [template]);
  });
  const url = databaseUrl(adminUrl, template);
  const db = connect(url, { applicationName: "autopack-test-template" });
  try {
    await prepare(db, url);
  } finally {
    await db.destroy();
  }
}

/** Test databases are named after their template. */
async function dropDatabases(adminUrl: string, template: string): Promise<void> {
  await onServer(adminUrl, async (admin) => {
    const names: string[] = await admin("pg_database").where("datname", "like", `${template}%`).pluck("datname");
    for (const name of names) await admin.raw("drop database if exists ?? with (force)", [name]);
  });
}
