import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Knex } from "knex";
import { stringify } from "yaml";
import { connect } from "../src/store/connect.ts";
import { databaseUrl as urlOf } from "../test/harness/databaseUrl.ts";
import { startGitHub } from "../test/github/startGitHub.ts";
import type { GitHubStandIn } from "../test/github/startGitHub.ts";
import { startAutopack } from "./autopackProcess.ts";
import type { AutopackProcess } from "./autopackProcess.ts";

/** A GitHub with one repository, a database, and Autopack in processes of its own: nothing is stepped or stood in for. */
export interface LiveWorld extends AsyncDisposable {
  readonly github: GitHubStandIn;
  readonly db: Knex;
  readonly databaseUrl: string;
  /** In the order of `sides`. */
  readonly processes: readonly AutopackProcess[];
  /** Puts the repository's configuration on its default branch. */
  configure(config: object): Promise<void>;
  /** Opens an issue, labels it, and gives the issue's number with the time of the label in milliseconds since the epoch. */
  label(issue: { readonly title: string; readonly body?: string }): Promise<Labelled>;
  /** Resolves when no job is left and no webhook is on its way; rejects after a minute. */
  idle(): Promise<void>;
  /** When the events of an issue's run happened, the last of each kind, in milliseconds since the epoch. */
  eventTimes(issue: number): Promise<ReadonlyMap<string, number>>;
}

export interface Labelled {
  readonly issue: number;
  readonly at: number;
}

type Side = "start" | "serve" | "worker";

/** How long everything may take to come to rest, in milliseconds. */
const PATIENCE_MS = 60_000;

const LOOK_MS = 25;

const FILES = {
  "README.md": "# widget\n",
  "src/greet.js": "export const greet = () => 'hello';\n",
  "package.json": '{ "type": "module" }\n',
};

/** On a database of its own, on the server of `adminUrl`. One of the sides has to serve the web. */
export async function openLiveWorld(adminUrl: string, sides: readonly Side[] = ["start"]): Promise<LiveWorld> {
  await using starting = new AsyncDisposableStack();
  const github = starting.use(
    await startGitHub({ users: { alice: "write", mona: "maintain" }, repositories: [widget] }),
  );
  const dataDir = await mkdtemp(join(tmpdir(), "autopack-bench-"));
  starting.defer(async () => rm(dataDir, { recursive: true, force: true }));
  const databaseUrl = await createDatabase(adminUrl);
  const db = connect(databaseUrl, { poolMax: 2, applicationName: "autopack bench" });
  starting.defer(async () => db.destroy());
  const processes: AutopackProcess[] = [];
  for (const side of sides) {
    const one = await startAutopack(side, environmentOf(github, { databaseUrl, dataDir }));
    starting.defer(async () => {
      one.signal("SIGKILL");
      await one.exited;
    });
    processes.push(one);
  }
  const url = processes.find((one) => one.url !== null)?.url;
  github.webhooks.deliverTo(`${url}/api/github/webhooks`);
  const running = starting.move();
  return {
    github,
    db,
    databaseUrl,
    processes,
    async configure(config) {
      const files = { ".github/autopack.yml": stringify({ version: 1, ...config }) };
      await github.pushCommit({ as: "mona", branch: "main", files, message: "Configure Autopack" });
    },
    async label({ title, body = "" }) {
      const { number } = await github.createIssue({ as: "alice", title, body });
      await github.settled();
      const at = Date.now();
      await github.addLabel(number, "autopack", { as: "alice" });
      return { issue: number, at };
    },
    idle: async () => untilIdle(github, db),
    eventTimes: async (issue) => eventTimesOf(db, issue),
    [Symbol.asyncDispose]: async () => running.disposeAsync(),
  };
}

async function createDatabase(adminUrl: string): Promise<string> {
  const name = `bench_${randomBytes(6).toString("hex")}`;
  const admin = connect(adminUrl, { poolMax: 1 });
  try {
    await admin.raw("create database ??", [name]);
  } finally {
    await admin.destroy();
  }
  return urlOf(adminUrl, name);
}

const widget = { name: "widget", files: FILES };

function environmentOf(
  { app, host }: GitHubStandIn,
  { databaseUrl, dataDir }: { readonly databaseUrl: string; readonly dataDir: string },
): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: databaseUrl,
    AUTOPACK_DATA: dataDir,
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.webhookSecret,
    GHE_HOST: host,
    GHE_PROTOCOL: "http",
    // What is measured is Autopack, not its waiting for its turn.
    AUTOPACK_GITHUB_WRITES_PER_SECOND: "0",
  };
}

async function eventTimesOf(db: Knex, issue: number): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.raw<{ rows: { kind: string; at: Date }[] }>(
    "select kind, e.created_at as at from events e join runs on runs.id = e.run_id where issue_number = ? order by seq",
    [issue],
  );
  return new Map(rows.map(({ kind, at }) => [kind, at.getTime()]));
}

async function untilIdle(github: GitHubStandIn, db: Knex): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    await github.settled();
    const { rows } = await db.raw<{ rows: { job: string }[] }>(
      "select name || ' ' || state as job from pgboss.job where state in ('created', 'retry', 'active') and name not like '\\_\\_%'",
    );
    if (rows.length === 0) return;
    if (performance.now() > deadline) throw new Error(`after a minute still: ${rows.map(({ job }) => job).join(", ")}`);
    await delay(LOOK_MS);
  }
}
