import { readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { Client } from "pg";
import { z } from "zod";
import { clusterUrl, type Cluster } from "./cluster.ts";
import { hasCode } from "./errorCode.ts";
import { isAlive } from "./isAlive.ts";

/** The main process of a running server. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const pollMs = 20;
const stopPatienceMs = 60_000;
/** How long a live postmaster may refuse connections before it counts as stuck. */
const attachPatienceMs = 60_000;
const count = z.coerce.number().int().positive();

/**
 * What answers at the cluster's address: our server; our server, not yet or no longer serving (`starting`); nothing; or
 * another server.
 */
export type Answer = "ours" | "starting" | "absent" | "other";

/**
 * Finds the server that serves this cluster already, waiting for one that is just starting.
 *
 * A pid file whose number now belongs to another program, as after a restart of a container, is removed: PostgreSQL would
 * refuse to start because of it. One whose process is gone is left to PostgreSQL, which knows what to do.
 */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const deadline = Date.now() + attachPatienceMs;
  while (Date.now() < deadline) {
    const found = await readPostmaster(cluster.data);
    if (found === undefined || !isAlive(found.pid)) return undefined;
    if (!(await isPostgres(found.pid))) {
      await rm(join(cluster.data, "postmaster.pid"), { force: true });
      return undefined;
    }
    const answer = await ask(cluster, found.port);
    if (answer === "ours") return found;
    if (answer === "other") throw stranger(cluster, found);
    await delay(pollMs);
  }
  throw new Error(
    `Connecting to the server of ${cluster.data}: its process is alive and does not answer. See ${cluster.logFile}; stop the process named in ${join(cluster.data, "postmaster.pid")} with kill -INT.`,
  );
}

function stranger({ data, passwordFile }: Cluster, { pid, port }: Postmaster): Error {
  return new Error(
    `Connecting to the server of ${data}: what answers on port ${port} serves another folder, or refuses the password in ${passwordFile}. Stop process ${pid} with kill -INT if it is the server of this folder; if not, remove ${join(data, "postmaster.pid")}.`,
  );
}

/** Connects once and sees who answers. Another server may hold the port after a crash of ours: the data folder tells. */
export async function ask(cluster: Cluster, port: number): Promise<Answer> {
  const client = new Client({
    connectionString: await clusterUrl(cluster, port),
    application_name: "autopack-launcher",
    connectionTimeoutMillis: 5_000,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    const [row] = rows;
    return row !== undefined && (await samePath(row.data_directory, cluster.data)) ? "ours" : "other";
  } catch (cause) {
    return answerOf(cause);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Stops the server of `data` if one runs: open transactions are rolled back, everything committed is on disk. */
export async function stopPostmaster(data: string): Promise<void> {
  const found = await readPostmaster(data);
  if (found === undefined || !isAlive(found.pid) || !(await isPostgres(found.pid))) return;
  process.kill(found.pid, "SIGINT");

  const deadline = Date.now() + stopPatienceMs;
  while (await isServing(data, found)) {
    if (Date.now() > deadline) {
      throw new Error(
        `Stopping PostgreSQL (pid ${found.pid}) in ${data}: still there after ${stopPatienceMs / 1000} s.`,
      );
    }
    await delay(pollMs);
  }
}

/** The pid file goes last; a process that nobody reaps stays visible after its end, so either one will do. */
async function isServing(data: string, { pid }: Postmaster): Promise<boolean> {
  return isAlive(pid) && (await readPostmaster(data))?.pid === pid;
}

/** `postmaster.pid`: the first line is the process, the fourth its port. */
async function readPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch((cause: unknown) => {
    if (hasCode(cause, ["ENOENT"])) return "";
    throw cause;
  });
  const lines = text.split("\n");
  const pid = count.safeParse(lines[0]);
  const port = count.safeParse(lines[3]);
  return pid.success && port.success ? { pid: pid.data, port: port.data } : undefined;
}

/** In doubt yes, so that nothing is done to a server that may be live. */
async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === "win32") return true;
  if (process.platform === "linux") {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    return name.trim() === "postgres";
  }
  const { stdout, failed } = await execa("ps", ["-o", "comm=", "-p", String(pid)], { reject: false });
  return failed || stdout.trim().endsWith("postgres");
}

function answerOf(cause: unknown): Answer {
  if (hasCode(cause, ["57P03"])) return "starting";
  if (hasCode(cause, ["28P01", "28000", "3D000"])) return "other";
  return "absent";
}

async function samePath(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => realpath(path).catch(() => path)));
  return a === b;
}
