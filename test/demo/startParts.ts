import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Knex } from "knex";
import type { Logger } from "pino";
import { parseEnvironment } from "../../src/config/environment.ts";
import { start } from "../../src/main.ts";
import { connect } from "../../src/store/connect.ts";
import { startEmbedded } from "../../src/store/postgres/startEmbedded.ts";
import { startGitHub } from "../github/startGitHub.ts";
import type { GitHubStandIn } from "../github/startGitHub.ts";
import { MODEL_VARIABLES } from "./demoAgents.ts";
import type { RealAgent } from "./demoAgents.ts";
import { CONFIG_PATH, demoConfig } from "./demoConfig.ts";
import { within } from "./within.ts";

/** Takes what has to be stopped or deleted at the end, last first. */
export type Cleanup = AsyncDisposableStack;

/** How long a part may take to start, and to stop, in milliseconds. */
const START_MS = 60_000;
const STOP_MS = 20_000;

const PROJECT = join(import.meta.dirname, "..", "..", "fixtures", "demo-project");

/** A folder for everything that the demo writes; in it, what `AUTOPACK_DATA` names. */
export async function makeFolder(cleanup: Cleanup): Promise<{ readonly folder: string; readonly dataDir: string }> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-demo-"));
  cleanup.defer(async () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  // Started by root, PostgreSQL runs as nobody, who has to pass through.
  await chmod(folder, 0o711);
  const dataDir = join(folder, "autopack");
  await mkdir(dataDir, { mode: 0o711 });
  return { folder, dataDir };
}

export interface Database {
  readonly url: string;
  readonly db: Knex;
  /** As in `PostgreSQL 18.4`. */
  readonly name: string;
  readonly port: string;
}

/** Starts the PostgreSQL that comes with Autopack, where its command line finds it. Nothing has to survive, so it does not wait for the disk. */
export async function startDatabase(dataDir: string, cleanup: Cleanup): Promise<Database> {
  const server = await within(
    { ms: START_MS, what: "starting PostgreSQL" },
    startEmbedded({ dataDir: join(dataDir, "postgres"), settings: { fsync: "off" } }),
  );
  cleanup.defer(async () => rm(server.place, { recursive: true, force: true, maxRetries: 3 }));
  cleanup.defer(async () => within({ ms: STOP_MS, what: "stopping PostgreSQL" }, server.stop()));
  const db = connect(server.url, { poolMax: 2, applicationName: "autopack demo" });
  cleanup.defer(async () => within({ ms: STOP_MS, what: "closing connections" }, db.destroy()));
  const { rows } = await db.raw<{ rows: { server_version: string }[] }>("show server_version");
  const version = rows[0]?.server_version.split(" ")[0] ?? "";
  return { url: server.url, db, name: `PostgreSQL ${version}`, port: new URL(server.url).port };
}

/** The project as the agent is to find it: a real one is named in its configuration. */
export async function makeProject(folder: string, agent: RealAgent | null): Promise<string> {
  if (agent === null) return PROJECT;
  const project = join(folder, "project");
  await cp(PROJECT, project, { recursive: true });
  await writeFile(join(project, CONFIG_PATH), await demoConfig(PROJECT, agent));
  return project;
}

/** Starts the stand-in with the project in it. Its main branch takes nothing whose `autopack/promotion` is not green. */
export async function startStandIn(project: string, cleanup: Cleanup): Promise<GitHubStandIn> {
  const github = await within(
    { ms: START_MS, what: "starting the stand-in for GitHub" },
    startGitHub({
      users: { alice: "write", mona: "admin" },
      repositories: [{ name: "ladle", folder: project, description: "A tiny cookbook for the command line." }],
    }),
  );
  cleanup.defer(async () => within({ ms: STOP_MS, what: "stopping the stand-in for GitHub" }, github.close()));
  await github.protect("main", { required_status_checks: { contexts: ["autopack/promotion"] }, enforce_admins: true });
  return github;
}

export interface AutopackParts {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly github: GitHubStandIn;
  readonly sandbox: "bubblewrap" | "none";
  /** Null: the scripted one, to which no key is given. */
  readonly agent: RealAgent | null;
  readonly log: Logger;
}

/** Starts Autopack, web and worker, as `autopack start` does with these variables set. Gives its address. */
export async function startAutopack(parts: AutopackParts, cleanup: Cleanup): Promise<string> {
  const { dataDir, databaseUrl, github, sandbox, agent, log } = parts;
  const environment = parseEnvironment(
    {
      ...(agent === null ? {} : modelVariables()),
      DATABASE_URL: databaseUrl,
      APP_ID: String(github.app.id),
      PRIVATE_KEY: github.app.privateKey,
      WEBHOOK_SECRET: github.app.webhookSecret,
      GHE_HOST: github.host,
      GHE_PROTOCOL: "http",
      HOST: "127.0.0.1",
      PORT: "0",
      AUTOPACK_SANDBOX: sandbox,
      AUTOPACK_WORKER_CONCURRENCY: "3",
      // The stand-in has no limits, and nobody wants to watch a pause.
      AUTOPACK_GITHUB_WRITES_PER_SECOND: "0",
      AUTOPACK_DATA: dataDir,
    },
    (path) => {
      throw new Error(`the demo reads no ${path}`);
    },
  );
  const { credentials } = environment;
  if (credentials.kind === "setup") throw new Error("starting Autopack: the stand-in gave no credentials");
  const running = await within(
    { ms: START_MS, what: "starting Autopack" },
    start({ environment, github: { ...credentials, ...environment.github }, log }, { web: true, worker: true }),
  );
  cleanup.defer(async () => within({ ms: STOP_MS, what: "stopping Autopack" }, running.stop()));
  if (running.url === null) throw new Error("starting Autopack: its web side does not listen");
  github.webhooks.deliverTo(`${running.url}${environment.webhookPath}`);
  return running.url;
}

function modelVariables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    MODEL_VARIABLES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
