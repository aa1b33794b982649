import { randomBytes } from "node:crypto";
import { chown, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa, ExecaError } from "execa";
import type { Account } from "./account.ts";
import type { Cluster } from "./cluster.ts";
import { exists } from "./exists.ts";
import { runAs } from "./runAs.ts";

/** Locale C: text sorts the same on every machine, whatever its language. */
const initdbOptions = ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-instructions"];

export interface InitOptions {
  readonly bin: string;
  /** False where a power cut may take everything, as in tests. */
  readonly durable: boolean;
}

/**
 * Makes the data folder unless there is one; needs the start-up lock.
 *
 * It is prepared under another name and renamed when whole, so that whatever kills us half-way, no half folder is taken
 * for data. The password is random, and in its file before the data can be seen.
 */
export async function initCluster(cluster: Cluster, { bin, durable }: InitOptions): Promise<void> {
  if (await exists(cluster.data)) return;
  await removeLeftovers(cluster.data);

  const staging = `${cluster.data}.new-${randomBytes(4).toString("hex")}`;
  await mkdir(staging, { mode: 0o700 });
  await writeFile(cluster.passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  if (cluster.account !== undefined) {
    await give(staging, cluster.account);
    await give(cluster.passwordFile, cluster.account);
  }

  const options = [...initdbOptions, `--pwfile=${cluster.passwordFile}`, ...(durable ? [] : ["--no-sync"])];
  try {
    await execa(join(bin, "initdb"), ["-D", staging, ...options], runAs(cluster.account));
    await rename(staging, cluster.data);
  } catch (cause) {
    await rm(staging, { recursive: true, force: true });
    throw new Error(
      `Making a database in ${cluster.data}: ${reasonOf(cause)} Mend that, or set DATABASE_URL to a PostgreSQL server.`,
      { cause },
    );
  }
}

/** As in "could not look up effective user ID 1234": in a container, give the account a line in /etc/passwd. */
function reasonOf(cause: unknown): string {
  return cause instanceof ExecaError ? `initdb said "${String(cause.stderr).trim()}".` : "initdb did not run.";
}

/** An initdb whose launcher was killed may still be writing: it fails, and its folder is never used. */
async function removeLeftovers(data: string): Promise<void> {
  const dir = dirname(data);
  for (const name of await readdir(dir)) {
    if (name.startsWith(`${basename(data)}.new-`)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

async function give(path: string, { uid, gid }: Account): Promise<void> {
  await chown(path, uid, gid);
}
