import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open, readFile, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ask } from "./postmaster.ts";
import type { Cluster } from "./cluster.ts";
import { hasCode } from "./errorCode.ts";
import { runAs } from "./runAs.ts";

const pollMs = 15;
/** Crash recovery replays what was written since the last checkpoint: seconds, rarely more. */
const readyPatienceMs = 120_000;
/** The processes of a killed postmaster hold on to its memory until they notice, 2 s as a rule. */
const lingerMs = 20_000;
const lingerPollMs = 200;
const quotedLines = 15;

export interface LaunchOptions {
  readonly bin: string;
  /** Undefined: the port of the last start if it is free, else any. */
  readonly port: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Starts the server and waits until it answers; gives its port.
 *
 * It runs in a session of its own, so that neither Ctrl-C nor the death of this process ends it. Errors quote the end of its log.
 */
export async function launchServer(cluster: Cluster, options: LaunchOptions): Promise<number> {
  await rename(cluster.logFile, `${cluster.logFile}.previous`).catch(() => undefined);
  const deadline = Date.now() + lingerMs;
  for (;;) {
    const port = options.port ?? (await choosePort(cluster));
    if ((await launch(cluster, port, options)) === "ready") {
      await savePort(cluster, port);
      return port;
    }
    const log = await logTail(cluster);
    if (!mayPass(log, options) || Date.now() > deadline) throw failure(cluster, port, log);
    await delay(lingerPollMs);
  }
}

async function launch(cluster: Cluster, port: number, { bin, settings }: LaunchOptions): Promise<"ready" | "exited"> {
  const chosen = { port: String(port), listen_addresses: "127.0.0.1", unix_socket_directories: "", ...settings };
  const options = Object.entries(chosen).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = await open(cluster.logFile, "a", 0o600);
  try {
    const server = spawn(join(bin, "postgres"), ["-D", cluster.data, ...options], {
      ...runAs(cluster.account),
      stdio: ["ignore", log.fd, log.fd],
      detached: true,
    });
    server.unref();
    return await untilReady(cluster, port, exitOf(server));
  } finally {
    await log.close();
  }
}

/** Rejects if the program could not be run at all. */
async function exitOf(server: ChildProcess): Promise<"exited"> {
  try {
    await once(server, "exit");
    return "exited";
  } catch (cause) {
    throw new Error(`Running ${server.spawnfile}; reinstall with npm ci, or set DATABASE_URL.`, { cause });
  }
}

async function untilReady(cluster: Cluster, port: number, exited: Promise<"exited">): Promise<"ready" | "exited"> {
  const deadline = Date.now() + readyPatienceMs;
  while (Date.now() < deadline) {
    const answer = await Promise.race([exited, ask(cluster, port)]);
    if (answer === "ours") return "ready";
    if (answer === "exited") return "exited";
    await Promise.race([exited, delay(pollMs)]);
  }
  throw new Error(
    `Starting PostgreSQL in ${cluster.data}: it does not answer after ${readyPatienceMs / 1000} s, perhaps it is still recovering; look at ${cluster.logFile} and start again.`,
  );
}

/** What waiting, or another port, can mend. */
function mayPass(log: string, { port }: LaunchOptions): boolean {
  if (/is still in use|lock file .* already exists/i.test(log)) return true;
  return port === undefined && log.includes("Address already in use");
}

function failure(cluster: Cluster, port: number, log: string): Error {
  const remedy = log.includes("Address already in use")
    ? `port ${port} is taken; choose another, or stop what uses it`
    : "it gave up";
  return new Error(`Starting PostgreSQL in ${cluster.data}: ${remedy}. The end of ${cluster.logFile}:\n${log}`);
}

async function logTail(cluster: Cluster): Promise<string> {
  const text = await readFile(cluster.logFile, "utf8");
  return text.trimEnd().split("\n").slice(-quotedLines).join("\n");
}

async function choosePort({ portFile }: Cluster): Promise<number> {
  const last = Number(await readFile(portFile, "utf8").catch(() => "0"));
  const usable = Number.isInteger(last) && last > 0 && last < 65_536 ? last : 0;
  return (await freePort(usable)) ?? (await freePort(0)) ?? 0;
}

/** `wished` if nobody listens there; any free one for 0. */
async function freePort(wished: number): Promise<number | undefined> {
  const probe = createServer();
  try {
    probe.listen(wished, "127.0.0.1");
    await once(probe, "listening");
    const address = probe.address();
    return typeof address === "object" ? address?.port : undefined;
  } catch (cause) {
    if (hasCode(cause, ["EADDRINUSE", "EACCES"])) return undefined;
    throw new Error("Looking for a free port for PostgreSQL", { cause });
  } finally {
    probe.close();
  }
}

/** Replaced as a whole: another account may own the old file. */
async function savePort({ portFile }: Cluster, port: number): Promise<void> {
  await writeFile(`${portFile}.new`, `${port}\n`);
  await rename(`${portFile}.new`, portFile);
}
