import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import pg from "pg";

export interface InsertLoad {
  readonly url: string;
  /** A table with the columns of `deliveries`. */
  readonly table: string;
  readonly payload: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface InsertRate {
  /** Commits a second, one row each. */
  readonly rate: number;
  readonly by: string;
}

/**
 * How many transactions a second PostgreSQL itself commits when each inserts one row like a webhook's: what pgbench says or,
 * without pgbench, a loop on as many connections from here.
 */
export async function insertRate(load: InsertLoad): Promise<InsertRate> {
  const pgbench = await findPgbench();
  if (pgbench === undefined) return { rate: await loopRate(load), by: "a Node loop (pgbench is not installed)" };
  return { rate: await pgbenchRate(pgbench, load), by: "pgbench -M prepared" };
}

async function findPgbench(): Promise<string | undefined> {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? await readdir(debian) : [];
  const places = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  return places.map((place) => join(place, "pgbench")).find((file) => existsSync(file));
}

function insert(table: string, payload: string): string {
  return `insert into ${table} (id, event, action, installation_id, payload)
    values (gen_random_uuid(), 'issues', 'labeled', 52310311, ${payload})`;
}

async function pgbenchRate(pgbench: string, load: InsertLoad): Promise<number> {
  const { url, table, payload, connections, seconds } = load;
  const dir = await mkdtemp(join(tmpdir(), "autopack-pgbench-"));
  const script = join(dir, "insert.sql");
  await writeFile(script, `${insert(table, ":payload").replaceAll("\n", " ")};\n`);
  const { hostname, port, username, password, pathname } = new URL(url);
  const address = ["-h", hostname, "-p", port, "-U", decodeURIComponent(username), pathname.slice(1)];
  const times = ["-n", "-M", "prepared", "-c", String(connections), "-j", "2", "-T", String(seconds)];
  try {
    const { stdout } = await execa(pgbench, [...times, "-f", script, "-D", `payload=${payload}`, ...address], {
      env: { PGPASSWORD: decodeURIComponent(password) },
    });
    const [, tps] = /^tps = ([\d.]+)/m.exec(stdout) ?? [];
    if (tps === undefined) throw new Error(`Reading pgbench's report: ${stdout}`);
    return Number(tps);
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function loopRate({ url, table, payload, connections, seconds }: InsertLoad): Promise<number> {
  const endAt = performance.now() + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      let count = 0;
      while (performance.now() < endAt) {
        await client.query({ name: "insert", text: insert(table, "$1"), values: [payload] });
        count += 1;
      }
      const ended = once(client, "end");
      await client.end();
      await ended;
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}
