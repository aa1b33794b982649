import type { Permissions } from "./actor.ts";
import type { Accounts } from "./accounts.ts";
import type { Emulator } from "./emulator.ts";
import type { Repository } from "./repository.ts";
import type { Tokens } from "./tokens.ts";
import type { Webhooks } from "./webhooks.ts";

/** The GitHub App under test, as GitHub registered it. */
export interface AppIdentity {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** What the installation has granted. */
  permissions: Permissions;
  /** Events the app is subscribed to; absent: all of them. */
  readonly events?: readonly string[];
}

export interface Installation {
  /** Another one after every new installation. */
  id: number;
  readonly account: string;
  suspendedAt: string | undefined;
  removed: boolean;
}

/** Everything one stand-in knows. Several worlds live in one process without sharing anything. */
export interface World {
  /** `http://127.0.0.1:PORT`: pages and git below it, REST below `/api/v3`. */
  readonly origin: string;
  readonly app: AppIdentity;
  readonly botLogin: string;
  readonly installation: Installation;
  readonly accounts: Accounts;
  readonly repositories: Repository[];
  readonly tokens: Tokens;
  readonly emulator: Emulator;
  readonly webhooks: Webhooks;
  nextId(): number;
}

export function now(): string {
  return new Date().toISOString();
}

/** By `owner/name`, also under a name it had before it was renamed. */
export function findRepository(world: World, fullName: string): Repository | undefined {
  const wanted = fullName.toLowerCase();
  return (
    world.repositories.find((repository) => `${repository.owner}/${repository.name}`.toLowerCase() === wanted) ??
    world.repositories.find((repository) => repository.formerNames.has(wanted))
  );
}

/** For tests that name a repository, by `name` or `owner/name`. Throws when there is none. */
export function namedRepository(world: World, name: string): Repository {
  const found = findRepository(world, name.includes("/") ? name : `${world.installation.account}/${name}`);
  if (found === undefined) throw new Error(`The stand-in has no repository ${name}`);
  return found;
}
