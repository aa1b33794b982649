import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Knex } from "knex";
import type { Logger } from "pino";
import { Probot } from "probot";
import type { ApplicationFunction, Context } from "probot";
import { migrations } from "../migrations/index.ts";
import { commandAgent } from "./adapters/agents/commandAgent.ts";
import { postgresArtifacts } from "./adapters/artifacts/postgresArtifacts.ts";
import { systemClock } from "./adapters/clock/systemClock.ts";
import { gitAdapter } from "./adapters/git/gitAdapter.ts";
import { probotGithubOptions } from "./adapters/github/autopackOctokit.ts";
import { installationToken } from "./adapters/github/installationToken.ts";
import { octokitForge } from "./adapters/github/octokitForge.ts";
import { probotForges } from "./adapters/github/probotForges.ts";
import { readIssue } from "./adapters/github/readIssue.ts";
import type { DeliveryId, RunId } from "./domain/ids.ts";
import { fullName } from "./domain/repository.ts";
import type { Steering, SteeringCommand } from "./domain/steering.ts";
import type { Policy } from "./domain/strategy/overrides.ts";
import { advance } from "./engine/advance.ts";
import { steerRun } from "./engine/steerRun.ts";
import { commented } from "./inbox/commented.ts";
import type { InboxDeps } from "./inbox/deps.ts";
import { labeled } from "./inbox/labeled.ts";
import { pullClosed } from "./inbox/pullClosed.ts";
import { push } from "./inbox/pushes.ts";
import { repositoryChanged } from "./inbox/repositoryChanged.ts";
import type { JobDeps } from "./jobs/handler.ts";
import { runningAttempts } from "./jobs/runningAttempts.ts";
import { whileWantedOf } from "./jobs/whileWanted.ts";
import type { Sandbox } from "./ports/sandbox.ts";
import { CHANGES_CHANNEL, listenToChanges } from "./store/changes.ts";
import { assertServerVersion, connect } from "./store/connect.ts";
import { migrate } from "./store/migrate.ts";
import { enqueue, openQueues } from "./store/queue.ts";
import type { Store } from "./store/store.ts";

/** Author and committer of every commit that Autopack makes. */
const COMMIT_AUTHOR = { name: "Autopack", email: "autopack[bot]@users.noreply.github.com" };

/** What identifies Autopack to a GitHub. */
export interface GitHubApp {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** `https://api.github.com`, or a GitHub Enterprise host's `/api/v3`. */
  readonly apiUrl: string;
  /** `https://github.com`, or the GitHub Enterprise host: pages and git. */
  readonly webUrl: string;
}

/** Opens the database, migrates it, and readies the queues. */
export async function openStore(
  url: string,
  options: { readonly worker: boolean; readonly poolMax?: number; readonly log?: Logger },
): Promise<Store & { close(): Promise<void> }> {
  const session = randomUUID().slice(0, 8);
  const knex = connect(url, { poolMax: options.poolMax ?? 20, applicationName: `autopack/${session}` });
  try {
    await assertServerVersion(knex);
    await migrate(knex, migrations);
    const onError = (err: Error): void => options.log?.error({ err }, "the job queues have trouble; they try again");
    const boss = await openQueues(url, {
      supervise: options.worker,
      onError,
      applicationName: `autopack jobs/${session}`,
    });
    return { knex, boss, close: async () => closeStore(knex, boss) };
  } catch (error) {
    await knex.destroy();
    throw error;
  }
}

async function closeStore(knex: Knex, boss: Store["boss"]): Promise<void> {
  await boss.stop({ graceful: false });
  await knex.destroy();
}

export interface WorkerParts {
  readonly store: Store;
  readonly databaseUrl: string;
  readonly github: GitHubApp;
  readonly sandbox: Sandbox;
  /** The operator's ceilings. */
  readonly policy: Policy;
  /** For mirrors and checkouts: caches, which may be deleted at any time. */
  readonly dataDir: string;
  readonly log: Logger;
}

export interface WorkerSide {
  readonly deps: JobDeps;
  /** Aborts what runs; the work goes back to the queue. */
  drain(): void;
  close(): Promise<void>;
}

/** Composes what jobs use: the ports with their adapters, and the Probot app that handles stored webhooks. */
export async function composeWorker({
  store,
  databaseUrl,
  github,
  sandbox,
  policy,
  dataDir,
  log,
}: WorkerParts): Promise<WorkerSide> {
  const secrets = new Set([github.webhookSecret, github.privateKey]);
  const probot = new Probot({
    appId: github.appId,
    privateKey: github.privateKey,
    secret: github.webhookSecret,
    baseUrl: github.apiUrl,
    ...probotGithubOptions,
    log,
  });
  await probot.ready();
  const forges = probotForges(probot);
  const git = gitAdapter({
    author: COMMIT_AUTHOR,
    root: join(dataDir, "git"),
    remoteUrl: (repository) => `${github.webUrl}/${fullName(repository)}.git`,
    token: async (repository, wish) => {
      const token = await installationToken(probot, repository.installationId, wish);
      secrets.add(token);
      return token;
    },
  });
  const changes = await listenToChanges(databaseUrl, CHANGES_CHANNEL);
  const draining = new AbortController();
  await probot.load(autopackApp({ store, forges, clock: systemClock, log }));
  const deps: JobDeps = {
    store,
    git,
    forges,
    agent: commandAgent(sandbox),
    sandbox,
    artifacts: postgresArtifacts(store.knex, () => [...secrets]),
    clock: systemClock,
    log,
    workerId: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    attempts: runningAttempts(systemClock),
    policy,
    webUrl: github.webUrl,
    advance: async (runId, event) => advance(store, runId, event),
    enqueue: async (tx, intent) => enqueue(store, tx, intent),
    whileWanted: whileWantedOf(store, changes, draining.signal),
    receive: async (delivery) => receive(probot, delivery),
  };
  return { deps, drain: () => draining.abort(), close: async () => changes.close() };
}

/** An issue's title and text, read as the App. */
export async function readIssueAs(
  { appId, privateKey, apiUrl }: Omit<GitHubApp, "webhookSecret" | "webUrl">,
  issue: { readonly owner: string; readonly name: string; readonly number: number },
): Promise<{ readonly title: string; readonly body: string }> {
  const probot = new Probot({ appId, privateKey, baseUrl: apiUrl, ...probotGithubOptions, logLevel: "fatal" });
  await probot.ready();
  return readIssue(probot, issue);
}

/** Steers a run from outside a webhook, and gives what came of it. */
export async function steerRunAs(store: Store, runId: RunId, command: SteeringCommand): Promise<Steering> {
  const heard: Steering[] = [];
  await steerRun(store, runId, { command, heard: async (_, steering) => void heard.push(steering) });
  const [steering] = heard;
  if (steering === undefined) throw new Error(`steering run ${runId} gave no answer`);
  return steering;
}

/** The Probot app: which webhook goes to which handler. Handlers change state; what GitHub shows follows from that. */
export function autopackApp(parts: Omit<InboxDeps, "forge" | "deliveryId">): ApplicationFunction {
  type Handler = (payload: unknown, deps: InboxDeps) => Promise<void>;
  const through =
    (handler: Handler) =>
    async (
      context: Pick<Context, "id"> & { readonly octokit: Context["octokit"]; readonly payload: unknown },
    ): Promise<void> => {
      const forge = octokitForge(context.octokit, repositoryOfPayload(context.payload), parts.forges.botLogin);
      await handler(context.payload, { ...parts, forge, deliveryId: context.id as DeliveryId });
    };
  return (app) => {
    app.on("issues.labeled", through(labeled));
    app.on("issue_comment.created", through(commented));
    app.on("pull_request.closed", through(pullClosed));
    app.on("push", through(push));
    app.on(
      [
        "repository.renamed",
        "repository.transferred",
        "repository.privatized",
        "repository.publicized",
        "repository.edited",
      ],
      through(repositoryChanged),
    );
  };
}

function repositoryOfPayload(payload: unknown): { readonly owner: string; readonly name: string } {
  const { repository } = payload as { repository?: { name?: string; owner?: { login?: string } } };
  return { owner: repository?.owner?.login ?? "", name: repository?.name ?? "" };
}

/** Probot gathers what handlers throw; the first is what the queue must hear, with its retry instruction. */
async function receive(
  probot: Probot,
  delivery: { readonly id: string; readonly event: string; readonly payload: unknown },
): Promise<void> {
  try {
    // Names and payloads are what GitHub signed; each handler parses what it reads.
    await probot.receive({ id: delivery.id, name: delivery.event, payload: delivery.payload } as Parameters<
      Probot["receive"]
    >[0]);
  } catch (error) {
    throw error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  }
}
