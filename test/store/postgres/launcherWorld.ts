import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, lstat, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { connect } from "../../../src/store/connect.ts";
import { canEnter, isRoot, type Account } from "../../../src/store/postgres/account.ts";
import { findBinaries, type Binaries } from "../../../src/store/postgres/binaries.ts";
import { stopPostmaster } from "../../../src/store/postgres/postmaster.ts";
import { startEmbedded, type EmbeddedOptions, type EmbeddedServer } from "../../../src/store/postgres/startEmbedded.ts";

/** Debian's `daemon`: somebody with a name and without rights, for when the tests run as root. */
export const person: Account = { uid: 1, gid: 1 };
const program = fileURLToPath(new URL("launchInChild.ts", import.meta.url));
/** A checkout under /root cannot be run by anybody else. */
export const othersCanRun =
  isRoot() && (await canEnter(person, dirname(program))) && (await canEnter(person, dirname(process.execPath)));

/** A folder for one test: 0711, so that whoever serves may pass; gone afterwards. */
export async function folder(mode = 0o711): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "autopack-launcher-"));
  await chmod(path, mode);
  onTestFinished(async () => rm(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

/** Starts or attaches as the product does, without waiting for disks; stopped after the test. */
export async function start(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const server = await startEmbedded({ ...options, settings: { fsync: "off", ...options.settings } });
  stopAfterTest(server.place);
  return server;
}

const launched = z.object({ url: z.string(), attached: z.boolean(), place: z.string() });
export type Launched = z.infer<typeof launched>;

/** A launcher that ended, or that stays in `process`. */
export async function startInChild(
  options: EmbeddedOptions,
  how: { readonly stay?: boolean; readonly account?: Account } = {},
): Promise<Launched & { readonly process: ChildProcess }> {
  const child = spawnLauncher(options, how);
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  if (child.stdout === null) throw new Error("no stdout");
  for await (const line of createInterface(child.stdout)) {
    const answer = launched.parse(JSON.parse(line));
    stopAfterTest(answer.place);
    return { ...answer, process: child };
  }
  throw new Error(`The launcher ended without an answer: ${errors}`);
}

export function spawnLauncher(
  options: EmbeddedOptions,
  { stay = false, account }: { readonly stay?: boolean; readonly account?: Account } = {},
): ChildProcess {
  const child = spawn(
    process.execPath,
    [program, JSON.stringify({ settings: { fsync: "off" }, ...options }), stay ? "stay" : "end"],
    { cwd: "/", stdio: ["pipe", "pipe", "pipe"], ...account },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

export async function killHard(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

export async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const db = connect(url, { poolMax: 1 });
  try {
    const { rows } = (await db.raw(sql)) as { rows: Record<string, unknown>[] };
    return rows;
  } finally {
    await db.destroy();
  }
}

export async function postmasterPid(place: string): Promise<number> {
  const text = await readFile(join(place, "data", "postmaster.pid"), "utf8");
  return Number(text.split("\n")[0]);
}

/** The binaries as npm leaves them when install scripts are blocked: no symlinks. */
export async function binariesWithoutLinks(parent: string): Promise<Binaries> {
  const native = join(parent, "native");
  await cp(findBinaries().native, native, {
    recursive: true,
    filter: async (source) => !source.endsWith(".a") && !(await lstat(source)).isSymbolicLink(),
  });
  return { native, version: "test" };
}

/** Tests may delete the folder or the server before. */
function stopAfterTest(place: string): void {
  onTestFinished(async () => stopPostmaster(join(place, "data")));
}
