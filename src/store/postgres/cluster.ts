import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "./account.ts";

/** One PostgreSQL data folder with what belongs to it. */
export interface Cluster {
  /** Holds everything below. */
  readonly dir: string;
  readonly data: string;
  readonly passwordFile: string;
  /** The port of the last start, so that addresses stay good over restarts. */
  readonly portFile: string;
  readonly logFile: string;
  /** Runs the server; undefined: our own account. */
  readonly account: Account | undefined;
}

export function clusterIn(dir: string, account: Account | undefined): Cluster {
  return {
    dir,
    data: join(dir, "data"),
    passwordFile: join(dir, "password"),
    portFile: join(dir, "port"),
    logFile: join(dir, "server.log"),
    account,
  };
}

/** Kept in a file, never in arguments or the environment. */
export async function readPassword({ passwordFile, data }: Cluster): Promise<string> {
  try {
    return (await readFile(passwordFile, "utf8")).trim();
  } catch (cause) {
    throw new Error(
      `Reading ${passwordFile}, the password of the database in ${data}: put the file back, or move that folder away to start with an empty database.`,
      { cause },
    );
  }
}

/** The superuser's address. */
export async function clusterUrl(cluster: Cluster, port: number): Promise<string> {
  return `postgres://postgres:${encodeURIComponent(await readPassword(cluster))}@127.0.0.1:${port}/postgres`;
}
