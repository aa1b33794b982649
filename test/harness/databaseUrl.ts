/** What the global set-up hands to every test file. */
declare module "vitest" {
  interface ProvidedContext {
    /** A superuser's address on the run's PostgreSQL server. */
    readonly databaseAdminUrl: string;
    /** The database that test databases are copied from. */
    readonly databaseTemplate: string;
  }
}

/** The same server, another database. */
export function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
