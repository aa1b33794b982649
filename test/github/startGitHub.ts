import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createCallLog } from "./callLog.ts";
import type { CallLog } from "./callLog.ts";
import { createFaults } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { openFront } from "./front.ts";
import { createGitServer } from "./gitHttp.ts";
import { installationControls } from "./installation.ts";
import type { InstallationControls } from "./installation.ts";
import type { GitHubOptions } from "./options.ts";
import { repositoryPeople } from "./people.ts";
import type { RepositoryPeople } from "./people.ts";
import { createRateLimit } from "./rateLimit.ts";
import type { RateLimit } from "./rateLimit.ts";
import { createRoutes } from "./routes.ts";
import { repositoryReads } from "./repositoryReads.ts";
import type { RepositoryReads } from "./repositoryReads.ts";
import type { Webhooks } from "./webhooks.ts";
import { createWorld } from "./createWorld.ts";
import { namedRepository } from "./world.ts";
import type { AppIdentity } from "./world.ts";
import type { Repository } from "./repository.ts";

export type RepositoryHandle = RepositoryPeople & RepositoryReads;

/** One running GitHub. The people and reads of its first repository are its own methods, too. */
export interface GitHubStandIn extends RepositoryHandle, AsyncDisposable {
  /** `http://127.0.0.1:PORT`; for Probot `GHE_HOST` is its host and `GHE_PROTOCOL` is `http`. */
  readonly origin: string;
  readonly host: string;
  /** Where its bare repositories are. */
  readonly directory: string;
  readonly app: AppIdentity;
  readonly installation: InstallationControls;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly rateLimit: RateLimit;
  /** Another repository, by name or `owner/name`. */
  repository(name: string): RepositoryHandle;
  /** A personal token of somebody, for REST and git. */
  asUser(login: string): string;
  /** Resolves when no webhook is on its way. */
  settled(): Promise<void>;
  /** Stops everything and deletes the repositories. */
  close(): Promise<void>;
}

/** GitHub Enterprise Cloud's limit is 15,000 an hour; this is out of the way of load tests. */
const requestsAnHour = 1_000_000;

/** Starts a GitHub on free loopback ports. Any number may run side by side. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  // Takes down what was put up, last first: here when the start fails, else when the stand-in is closed.
  await using starting = new AsyncDisposableStack();
  const directory = await mkdtemp(path.join(tmpdir(), "github-"));
  starting.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  const front = await openFront();
  starting.defer(() => front.close());
  const world = await createWorld(options, { origin: front.origin, directory, closing: starting });

  const faults = createFaults();
  const { calls, record } = createCallLog();
  const rateLimit = createRateLimit(options.requestsAnHour ?? requestsAnHour);
  const site = createRoutes(world, rateLimit);
  const git = createGitServer(world);
  starting.defer(() => git.close());
  front.mount({ site, git, faults, record });

  const handles = new Map<string, RepositoryHandle>();
  function handleOf(repository: Repository): RepositoryHandle {
    const known = handles.get(repository.nodeId);
    if (known !== undefined) return known;
    const handle = { ...repositoryPeople({ world, site, repository }), ...repositoryReads(world, repository) };
    handles.set(repository.nodeId, handle);
    return handle;
  }

  const [first] = world.repositories;
  if (first === undefined) throw new Error("A stand-in needs a repository");
  const running = starting.move();
  const close = (): Promise<void> => running.disposeAsync();
  return {
    ...handleOf(first),
    origin: front.origin,
    host: new URL(front.origin).host,
    directory,
    app: world.app,
    installation: installationControls(world),
    webhooks: world.webhooks,
    faults,
    calls,
    rateLimit,
    repository: (name) => handleOf(namedRepository(world, name)),
    asUser: (login) => world.tokens.user(login),
    settled: () => world.webhooks.settled(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
