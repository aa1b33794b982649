import { createAccounts } from "./accounts.ts";
import type { Permissions } from "./actor.ts";
import { startEmulator } from "./emulator.ts";
import type { GitHubOptions } from "./options.ts";
import { createSeededRepositories, grantRoles, plannedRepositories } from "./seedWorld.ts";
import { createTokens, processPrivateKey } from "./tokens.ts";
import { createWebhooks } from "./webhooks.ts";
import type { AppIdentity, World } from "./world.ts";

/** Everything the app under test may come to need; a test that is about permissions names its own. */
const allPermissions: Permissions = {
  actions: "read",
  administration: "read",
  checks: "write",
  contents: "write",
  issues: "write",
  members: "read",
  metadata: "read",
  pull_requests: "write",
  statuses: "write",
};

export interface WorldPlace {
  readonly origin: string;
  readonly directory: string;
  /** Gets what has to be stopped when the world ends. */
  readonly closing: AsyncDisposableStack;
}

/**
 * Installations of several worlds in one process have ids of their own: Octokit shares a request for a token with whoever wants
 * one for the same id at that moment, whichever GitHub it is asked of.
 */
let worlds = 0;
const idsApart = 100_000;

/** Seeds a world: accounts, repositories, the app and its installation, and the emulator that keeps its issues. */
export async function createWorld(options: GitHubOptions, { origin, directory, closing }: WorldPlace): Promise<World> {
  let lastId = 1000;
  const nextId = (): number => (lastId += 1);
  const app = await identityOf(options);
  const botLogin = `${app.slug}[bot]`;
  const owner = options.owner ?? { login: "acme", type: "Organization" };
  const planned = plannedRepositories(options, owner.login);
  const owners = planned.map((repository) => repository.owner);
  const people = [...new Set([...Object.keys(options.users ?? {}), ...owners])].filter(
    (login) => login !== owner.login,
  );
  const isOrganization = owner.type === "Organization";

  const accounts = createAccounts(nextId);
  accounts.add(owner.login, owner.type);
  for (const login of people) accounts.add(login, "User");
  accounts.add(botLogin, "Bot");

  const emulator = await startEmulator({
    users: [...people, botLogin, ...(isOrganization ? [] : [owner.login])],
    orgs: isOrganization ? [owner.login] : [],
    repositories: planned.map((repository) => ({ owner: repository.owner, name: repository.name })),
  });
  closing.defer(() => emulator.close());
  const webhooks = createWebhooks({ secret: app.webhookSecret, appId: app.id, url: options.webhookUrl, nextId });
  closing.defer(() => webhooks.close());

  const world: World = {
    origin,
    app,
    botLogin,
    installation: {
      id: nextId() + idsApart * (worlds += 1),
      account: owner.login,
      suspendedAt: undefined,
      removed: false,
    },
    accounts,
    repositories: await createSeededRepositories({ planned, directory, nextId }),
    tokens: createTokens(app),
    emulator,
    webhooks,
    nextId,
  };
  grantRoles(world, options.users ?? {});
  return world;
}

async function identityOf({ app = {} }: GitHubOptions): Promise<AppIdentity> {
  return {
    id: app.id ?? 4242,
    slug: app.slug ?? "autopack",
    name: app.name ?? "Autopack",
    privateKey: app.privateKey ?? (await processPrivateKey()),
    webhookSecret: app.webhookSecret ?? "standin-webhook-secret",
    permissions: app.permissions ?? allPermissions,
    ...(app.events === undefined ? {} : { events: app.events }),
  };
}
