import knexPackage from "knex";
import type { Knex } from "knex";
import { types } from "pg";
import { z } from "zod";

/** What Autopack's SQL is written for, as `server_version_num` counts: major × 10000 + minor. */
const oldestServer = 150_000;

/**
 * How long a session may be silent within a transaction before the server ends it, in milliseconds: as long as a heartbeat may
 * be missing. A frozen process, or one on a machine that is gone, then holds no rows and locks any more.
 */
export const SILENT_MS = 15_000;

const bigintType: number = types.builtins.INT8;

export interface ConnectOptions {
  /** Connections this process may hold. Default 10. */
  readonly poolMax?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
}

/**
 * Opens a pool on a PostgreSQL address; connects at the first query.
 *
 * `bigint` columns and `count(*)` arrive as numbers, and throw where a number could not hold them. `numeric`, which is what
 * `sum(bigint)` gives, stays a string: cast it in SQL.
 */
export function connect(url: string, { poolMax = 10, applicationName = "autopack" }: ConnectOptions = {}): Knex {
  return knexPackage.knex({
    client: "pg",
    connection: {
      connectionString: url,
      application_name: applicationName,
      idle_in_transaction_session_timeout: SILENT_MS,
      types: { getTypeParser: typeParser },
    },
    pool: { min: 0, max: poolMax },
  });
}

function typeParser(oid: number, format: string) {
  if (format === "binary") return types.getTypeParser(oid, "binary");
  return oid === bigintType ? parseInt8 : types.getTypeParser(oid, "text");
}

/** Throws rather than round: a wrong id or count would pass unnoticed. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`Reading a bigint from PostgreSQL: ${text} does not fit a number; select it as text.`);
}

const versionRow = z.object({ rows: z.tuple([z.object({ server_version_num: z.coerce.number().int() })]) });

/** Refuses a server that is too old. */
export async function assertServerVersion(db: Knex): Promise<void> {
  const answer = versionRow.parse(await db.raw("show server_version_num"));
  requireServerVersion(answer.rows[0].server_version_num);
}

/** `version` as in `server_version_num`: 140011 is 14.11, and before version 10, 90624 is 9.6. */
export function requireServerVersion(version: number): void {
  if (version >= oldestServer) return;
  const minor = version < 100_000 ? Math.floor(version / 100) % 100 : version % 10_000;
  const found = `${Math.floor(version / 10_000)}.${minor}`;
  throw new Error(
    `Autopack needs PostgreSQL ${oldestServer / 10_000} or newer, and found ${found}. Point DATABASE_URL to a newer server, or unset it to use the PostgreSQL that comes with Autopack.`,
  );
}
