import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { isRoot } from "./account.ts";
import { findBinaries, type Binaries } from "./binaries.ts";
import { clusterUrl, readPassword, type Cluster } from "./cluster.ts";
import { initCluster } from "./initCluster.ts";
import { launchServer } from "./launchServer.ts";
import { findPostmaster, stopPostmaster } from "./postmaster.ts";
import { prepareBinaries } from "./prepareBinaries.ts";
import { settleCluster } from "./settleCluster.ts";
import { withStartupLock } from "./startupLock.ts";

export interface EmbeddedOptions {
  /** Holds data, password, log and port, as in `.autopack/postgres`; made if missing. */
  readonly dataDir: string;
  /** Fails if taken. Without it: the port of the last start if it is free, else any. */
  readonly port?: number;
  /** Server settings, as in `{ fsync: "off" }`; of no effect on a server that runs already. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For root only: where data and binaries go that the server's account could not reach. Default `/var/lib/autopack`. */
  readonly elsewhere?: string;
  /** Default: what npm installed for this machine. */
  readonly binaries?: Binaries;
}

export interface EmbeddedServer {
  /** Contains the password. */
  readonly url: string;
  /** The server ran before: somebody else may be using it. */
  readonly attached: boolean;
  /** Where the data really is: `dataDir`, or its folder in `elsewhere`. */
  readonly place: string;
  /** Stops the server for everybody. The caller drains first; without a call it outlives this process. */
  stop(): Promise<void>;
}

/** Survives a restart of the machine, unlike /tmp, and is not tidied up by age, unlike /var/tmp. */
const defaultElsewhere = "/var/lib/autopack";

/**
 * Starts the PostgreSQL that comes with Autopack, or attaches to the one that already serves `dataDir`.
 *
 * The server belongs to no process: it survives its launcher, also a kill -9, and the next start finds it. Several processes
 * may call this at once; one starts, the others attach. Every error says what to do about it.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = await openHome(options.dataDir);
  const lock = join(home, "start.lock");
  return withStartupLock(lock, async () => {
    const cluster = await settleCluster(home, options.elsewhere ?? defaultElsewhere);
    const running = await findPostmaster(cluster);
    const port = running?.port ?? (await start(cluster, options));
    return {
      url: await clusterUrl(cluster, port),
      attached: running !== undefined,
      place: cluster.dir,
      stop: async () => withStartupLock(lock, async () => stopPostmaster(cluster.data)),
    };
  });
}

async function start(cluster: Cluster, options: EmbeddedOptions): Promise<number> {
  const { port, settings = {}, binaries = findBinaries(), elsewhere = defaultElsewhere } = options;
  const copyTo = isRoot() ? elsewhere : cluster.dir;
  const native = await prepareBinaries(binaries, { account: cluster.account, copyTo });
  const bin = join(native, "bin");
  await initCluster(cluster, { bin, durable: settings["fsync"] !== "off" });
  await readPassword(cluster);
  return launchServer(cluster, { bin, port, settings });
}

async function openHome(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true });
    return await realpath(dataDir);
  } catch (cause) {
    throw new Error(
      `Opening ${dataDir} for the embedded PostgreSQL: choose a folder that can be written, or set DATABASE_URL to a PostgreSQL server (15 or newer).`,
      { cause },
    );
  }
}
