import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Knex } from "knex";
import type { Logger } from "pino";
import { Probot } from "probot";
import type { ApplicationFunction, Context } from "probot";
import { migrations } from "../migrations/index.ts";
import { agents } from "./adapters/agents/agents.ts";
import { installedAgents } from "./adapters/agents/installedAgents.ts";
import { postgresArtifacts } from "./adapters/artifacts/postgresArtifacts.ts";
import { systemClock } from "./adapters/clock/systemClock.ts";
import { openEgress } from "./adapters/sandbox/openEgress.ts";
import { openSetupCache } from "./adapters/sandbox/setupCache.ts";
import { gitAdapter } from "./adapters/git/gitAdapter.ts";
import { overseenGithubOptions, probotGithubOptions } from "./adapters/github/autopackOctokit.ts";
import { callCounter } from "./adapters/github/callCounter.ts";
import { installationToken } from "./adapters/github/installationToken.ts";
import { octokitForge } from "./adapters/github/octokitForge.ts";
import { modelGateway } from "./adapters/gateway/modelGateway.ts";
import { probotForges } from "./adapters/github/probotForges.ts";
import { probotSurveys } from "./adapters/github/probotSurveys.ts";
import { readIssue } from "./adapters/github/readIssue.ts";
import { modelSecrets, modelSettings, NO_MODELS } from "./config/modelSettings.ts";
import type { ModelSettings } from "./config/modelSettings.ts";
import type { EgressPolicy } from "./config/readPolicy.ts";
import type { DeliveryId, RunId } from "./domain/ids.ts";
import type { Intent } from "./domain/intent.ts";
import { redact } from "./domain/redact.ts";
import { fullName } from "./domain/repository.ts";
import type { Steering, SteeringCommand } from "./domain/steering.ts";
import type { Policy } from "./domain/strategy/overrides.ts";
import { advance } from "./engine/advance.ts";
import { steerRun } from "./engine/steerRun.ts";
import { storeGovernor } from "./engine/storeGovernor.ts";
import { checkCompleted, suiteCompleted } from "./inbox/checkCompleted.ts";
import { checkRunAction, checkRunRerequested } from "./inbox/checkRunAction.ts";
import { checkSuiteRerequested } from "./inbox/checkSuite.ts";
import { commented } from "./inbox/commented.ts";
import { mergeGroupRequested } from "./inbox/mergeGroup.ts";
import { pullOpened } from "./inbox/pullOpened.ts";
import type { InboxDeps } from "./inbox/deps.ts";
import { handlePayload } from "./inbox/handlePayload.ts";
import { isHandledEvent } from "./inbox/handledEvents.ts";
import { issueClosed, issueGone, issueReopened } from "./inbox/issueClosed.ts";
import { issueEdited } from "./inbox/issueEdited.ts";
import { labeled, pullLabeled, pullUnlabeled, unlabeled } from "./inbox/labelChanged.ts";
import { mergeDropped } from "./inbox/mergeDropped.ts";
import { pullClosed } from "./inbox/pullClosed.ts";
import { push } from "./inbox/pushes.ts";
import { accessGained, accessLost } from "./inbox/installationChanged.ts";
import { pullDraftChanged, pullEdited, pullReopened } from "./inbox/pullState.ts";
import {
  repositoryArchived,
  repositoryChanged,
  repositoryDeleted,
  repositoryTransferred,
  repositoryUnarchived,
} from "./inbox/repositoryChanged.ts";
import { reviewCommented } from "./inbox/reviewCommands.ts";
import { reviewDismissed } from "./inbox/reviewDismissed.ts";
import { reviewSubmitted } from "./inbox/reviewSubmitted.ts";
import { statusChanged } from "./inbox/statusChanged.ts";
import { externalResults } from "./jobs/externalResults.ts";
import type { JobDeps } from "./jobs/handler.ts";
import { runningAttempts } from "./jobs/runningAttempts.ts";
import { sweepDeliveries } from "./jobs/sweeps/sweepDeliveries.ts";
import type { DeliverySweep } from "./jobs/sweeps/sweepDeliveries.ts";
import { sweepState } from "./jobs/sweeps/sweepState.ts";
import type { StateSweep } from "./jobs/sweeps/sweepState.ts";
import { whileWantedOf } from "./jobs/whileWanted.ts";
import type { Git } from "./ports/git.ts";
import { freely } from "./ports/governor.ts";
import type { Governor } from "./ports/governor.ts";
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
  /** Writes a second to each installation; absent for a GitHub that needs no governing at all: a stand-in. */
  readonly writesPerSecond?: number;
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
  /** Who answers agents, with the keys. Absent: nobody that needs a key. */
  readonly models?: ModelSettings;
  /** Where set-up and install steps may go on the network. Absent: nowhere. */
  readonly egress?: EgressPolicy;
  /** Where installed agents lie, in its folder `agents`. Absent: in `dataDir`. */
  readonly agentsDir?: string;
  /** For mirrors and checkouts: caches, which may be deleted at any time. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Absent: the one that all workers of the database share. */
  readonly governor?: Governor;
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
  models = modelSettings(NO_MODELS, {}),
  egress = { hosts: [], internal: [] },
  dataDir,
  agentsDir = dataDir,
  log,
  governor,
}: WorkerParts): Promise<WorkerSide> {
  const secrets = new Set([github.webhookSecret, github.privateKey, ...modelSecrets(models)]);
  const draining = new AbortController();
  const counter = callCounter();
  const probot = new Probot({
    appId: github.appId,
    privateKey: github.privateKey,
    secret: github.webhookSecret,
    baseUrl: github.apiUrl,
    ...overseenGithubOptions({ governor: governor ?? governorOf(store, github, draining.signal), counter }),
    log,
  });
  await probot.ready();
  const forges = probotForges(probot);
  const git = gitOf(probot, { github, dataDir, onToken: (token) => secrets.add(token) });
  const changes = await listenToChanges(databaseUrl, CHANGES_CHANNEL);
  await probot.load(autopackApp({ store, forges, clock: systemClock, log, policy }));
  const gateway = modelGateway({ settings: models, clock: systemClock });
  const deps: JobDeps = {
    store,
    git,
    forges,
    surveys: probotSurveys(probot, forges.botLogin),
    models: gateway,
    agent: agents({
      sandbox,
      gateway,
      programs: installedAgents(agentsDir),
      external: externalResults(store, changes),
    }),
    sandbox,
    egress: openEgress(egress),
    setupCache: openSetupCache(join(dataDir, "setup")),
    artifacts: postgresArtifacts(store.knex, () => [...secrets]),
    redact: (text) => redact(text, [...secrets]),
    clock: systemClock,
    log,
    workerId: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    attempts: runningAttempts(systemClock),
    calls: counter,
    policy,
    webUrl: github.webUrl,
    advance: async (runId, event) => advance(store, runId, event),
    enqueue: async (tx, intent) => enqueue(store, tx, intent),
    whileWanted: whileWantedOf(store, changes, draining.signal),
    handles: isHandledEvent,
    receive: async (delivery) => receive(probot, delivery),
  };
  const close = async (): Promise<void> => {
    await gateway.close();
    await changes.close();
  };
  return { deps, drain: () => draining.abort(), close };
}

function governorOf({ knex }: Store, { writesPerSecond }: GitHubApp, signal: AbortSignal): Governor {
  return writesPerSecond === undefined ? freely : storeGovernor({ knex, writesPerSecond, signal });
}

function gitOf(
  probot: Probot,
  {
    github,
    dataDir,
    onToken,
  }: Pick<WorkerParts, "github" | "dataDir"> & { readonly onToken?: (token: string) => unknown },
): Git {
  return gitAdapter({
    author: COMMIT_AUTHOR,
    root: join(dataDir, "git"),
    remoteUrl: (repository) => `${github.webUrl}/${fullName(repository)}.git`,
    token: async (repository, wish) => {
      const token = await installationToken(probot, repository.installationId, wish);
      onToken?.(token);
      return token;
    },
  });
}

/** What one look for webhooks that did not come has found; null for a part that a worker is at. */
export interface WebhookSweep {
  readonly deliveries: DeliverySweep | null;
  readonly state: StateSweep | null;
}

/** Looks once for webhooks that did not come, as workers do every few minutes. Whoever works handles what is found. */
export async function sweepWebhooks({
  store,
  github,
  dataDir,
  log,
}: Pick<WorkerParts, "store" | "github" | "dataDir" | "log">): Promise<WebhookSweep> {
  const { appId, privateKey, apiUrl: baseUrl } = github;
  const probot = new Probot({ appId, privateKey, baseUrl, ...probotGithubOptions, log });
  await probot.ready();
  const deps = {
    store,
    surveys: probotSurveys(probot, probotForges(probot).botLogin),
    git: gitOf(probot, { github, dataDir }),
    log,
    handles: isHandledEvent,
    enqueue: async (tx: Knex, intent: Intent) => enqueue(store, tx, intent),
  };
  return { deliveries: await sweepDeliveries(deps), state: await sweepState(deps) };
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
      await handlePayload(handler, context.payload, { ...parts, forge, deliveryId: context.id as DeliveryId });
    };
  return (app) => {
    app.on("issues.labeled", through(labeled));
    app.on("issues.unlabeled", through(unlabeled));
    app.on("issues.edited", through(issueEdited));
    app.on("issues.closed", through(issueClosed));
    app.on("issues.reopened", through(issueReopened));
    app.on(["issues.deleted", "issues.transferred"], through(issueGone));
    app.on("pull_request.labeled", through(pullLabeled));
    app.on("pull_request.unlabeled", through(pullUnlabeled));
    app.on("issue_comment.created", through(commented));
    app.on("pull_request.closed", through(pullClosed));
    app.on("pull_request.reopened", through(pullReopened));
    app.on(["pull_request.ready_for_review", "pull_request.converted_to_draft"], through(pullDraftChanged));
    app.on("pull_request.edited", through(pullEdited));
    app.on("pull_request_review.submitted", through(reviewSubmitted));
    app.on("pull_request_review.dismissed", through(reviewDismissed));
    app.on("pull_request_review_comment.created", through(reviewCommented));
    app.on(["pull_request.dequeued", "pull_request.auto_merge_disabled"], through(mergeDropped));
    app.on("push", through(push));
    app.on("check_run.completed", through(checkCompleted));
    app.on("check_suite.completed", through(suiteCompleted));
    app.on("status", through(statusChanged));
    app.on("check_run.requested_action", through(checkRunAction));
    app.on("check_run.rerequested", through(checkRunRerequested));
    app.on("check_suite.rerequested", through(checkSuiteRerequested));
    app.on("merge_group.checks_requested", through(mergeGroupRequested));
    app.on(
      ["pull_request.opened", "pull_request.synchronize", "pull_request.reopened", "pull_request.ready_for_review"],
      through(pullOpened),
    );
    app.on(
      ["repository.renamed", "repository.privatized", "repository.publicized", "repository.edited"],
      through(repositoryChanged),
    );
    app.on("repository.transferred", through(repositoryTransferred));
    app.on("repository.archived", through(repositoryArchived));
    app.on("repository.unarchived", through(repositoryUnarchived));
    app.on("repository.deleted", through(repositoryDeleted));
    app.on(["installation.deleted", "installation.suspend", "installation_repositories.removed"], through(accessLost));
    app.on(
      [
        "installation.created",
        "installation.unsuspend",
        "installation.new_permissions_accepted",
        "installation_repositories.added",
      ],
      through(accessGained),
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
