import type { Logger } from "pino";
import { requireGit } from "./adapters/git/requireGit.ts";
import { openSandbox } from "./adapters/sandbox/openSandbox.ts";
import type { Environment } from "./config/environment.ts";
import { examineAgents, examineModels } from "./doctorAgents.ts";
import { openDatabase } from "./main.ts";
import { assertServerVersion, connect } from "./store/connect.ts";
import { pendingMigrations } from "./store/migrate.ts";
import type { Migration } from "./store/migrate.ts";

/** One thing Autopack needs, and how it stands. */
export interface Examination {
  readonly name: string;
  readonly state: "ok" | "warning" | "missing";
  readonly detail: string;
}

/** Tries everything once, each by itself, so that one answer tells all there is to mend. */
export async function examine(
  environment: Environment,
  means: { readonly log: Logger; readonly migrations: readonly Migration[] },
): Promise<readonly Examination[]> {
  return [
    { name: "Node", state: "ok", detail: process.versions.node },
    await tried("git", async () => {
      await requireGit();
      return { state: "ok", detail: "git is there and new enough" };
    }),
    await tried("sandbox", async () => {
      const { isolation, cgroup, notes } = (
        await openSandbox({ wish: environment.sandbox, docker: environment.docker })
      ).describe();
      const counted = cgroup === "none" ? "" : `, with control groups ${cgroup}`;
      if (isolation !== "unsandboxed" && notes.length === 0)
        return { state: "ok", detail: `${isolation} works${counted}` };
      if (isolation !== "unsandboxed")
        return { state: "warning", detail: [`${isolation} works${counted}, but:`, ...notes].join("\n") };
      return {
        state: "warning",
        detail: "switched off by AUTOPACK_SANDBOX=none: agents can read and write what this user can",
      };
    }),
    await tried("database", async () => database(environment, means)),
    github(environment),
    policy(environment),
    examineModels(environment.models),
    ...(await examineAgents(environment)),
  ];
}

type Finding = Omit<Examination, "name">;

async function tried(name: string, look: () => Promise<Finding>): Promise<Examination> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return { name, state: "missing", detail: error instanceof Error ? error.message : String(error) };
  }
}

async function database(
  environment: Environment,
  { log, migrations }: { readonly log: Logger; readonly migrations: readonly Migration[] },
): Promise<Finding> {
  const server = await openDatabase(environment, log);
  const db = connect(server.url, { applicationName: "autopack doctor", poolMax: 2 });
  try {
    await assertServerVersion(db);
    const pending = await pendingMigrations(db, migrations);
    const kind = environment.databaseUrl === undefined ? "the embedded PostgreSQL works" : "DATABASE_URL works";
    if (pending.length === 0) return { state: "ok", detail: `${kind}, and its schema is up to date` };
    return {
      state: "warning",
      detail: `${kind}; ${pending.length} migrations are to be applied, by \`autopack migrate\` or at the next start`,
    };
  } finally {
    await db.destroy();
    await server.stop();
  }
}

/** A policy that cannot be read has stopped the program before. */
function policy({ policyFile, policy: { budgets, ...others } }: Environment): Examination {
  const name = "policy";
  if (policyFile === undefined)
    return { name, state: "ok", detail: "none: AUTOPACK_POLICY is not set, so repositories have no ceilings" };
  const limits = [
    ...Object.entries(others).flatMap(([key, value]) =>
      value === null || value === false ? [] : [`${key}: ${String(value)}`],
    ),
    ...Object.entries(budgets).flatMap(([level, amounts]) =>
      Object.entries(amounts).map(([measure, cap]) => `${level}.${measure}: ${cap}`),
    ),
  ];
  return { name, state: "ok", detail: [policyFile, ...limits].join("\n") };
}

function github({ credentials, github: address }: Environment): Examination {
  const name = "GitHub App";
  if (credentials.kind === "app") return { name, state: "ok", detail: `app ${credentials.appId} at ${address.apiUrl}` };
  return { name, state: "warning", detail: "there are no credentials yet: `autopack start` serves the set-up page" };
}
