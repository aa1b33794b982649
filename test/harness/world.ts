import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { stringify } from "yaml";
import { composeWorker } from "../../src/app.ts";
import type { WorkerParts, WorkerSide } from "../../src/app.ts";
import { openSandbox } from "../../src/adapters/sandbox/openSandbox.ts";
import type { AttemptRole } from "../../src/domain/attempt.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { RunStateKind, Run } from "../../src/domain/run.ts";
import { NO_POLICY } from "../../src/domain/strategy/overrides.ts";
import type { Policy } from "../../src/domain/strategy/overrides.ts";
import type { JobDeps } from "../../src/jobs/handler.ts";
import { freely } from "../../src/ports/governor.ts";
import type { Governor } from "../../src/ports/governor.ts";
import type { Store } from "../../src/store/store.ts";
import { historyOf } from "../../src/store/events.ts";
import { findRunOfIssue } from "../../src/store/runs.ts";
import { createWeb } from "../../src/web/createWeb.ts";
import { serve } from "../../src/web/serve.ts";
import type { WebServer } from "../../src/web/serve.ts";
import type { CheckRun } from "../github/checks.ts";
import type { RepositoryOptions } from "../github/options.ts";
import { startGitHub } from "../github/startGitHub.ts";
import type { GitHubStandIn } from "../github/startGitHub.ts";
import { agentCommand, verdict } from "./agentScript.ts";
import type { Action, AgentScript, RoleScript } from "./agentScript.ts";
import { createStore } from "./store.ts";
import { openStepper } from "./stepper.ts";
import type { Stepper } from "./stepper.ts";

/** The people of every world. The requester is alice. */
const USERS = { alice: "write", bob: "write", mona: "maintain", ada: "admin", tri: "triage", rita: "read" } as const;

/** What every world's HTTP API takes. */
export const API_TOKEN = "a-token-for-tests-of-32-characters-and-more";

export type Person = keyof typeof USERS | "stranger";

const FILES = {
  "README.md": "# widget\n",
  "src/greet.js": "export const greet = () => 'hello';\n",
  "src/greet.test.js":
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { greet } from './greet.js';\ntest('greets', () => assert.ok(greet().length > 0));\n",
  "package.json": '{ "type": "module" }\n',
};

export interface WorldOptions {
  /** More of .github/autopack.yml, over what the harness writes; null leaves the file out. */
  readonly config?: object | null;
  /** Files of the repository, over the usual ones. */
  readonly files?: Readonly<Record<string, string>>;
  readonly private?: boolean;
  /** Beside `acme/widget`: forks of it, and others. */
  readonly repositories?: readonly RepositoryOptions[];
  /** The operator's ceilings, over none. */
  readonly policy?: Partial<Policy>;
  /** Who answers real agents, and where those are installed; scripted ones need neither. */
  readonly models?: Pick<WorkerParts, "models" | "agentsDir">;
  /** What governs the app's requests; nothing does unless told. */
  readonly governor?: (store: Store) => Governor;
  /** Set where a test stages failures: what jobs throw is then no failure of the test. */
  readonly tolerant?: boolean;
}

export interface NewIssue {
  readonly title?: string;
  readonly body?: string;
}

export interface World extends Pick<Stepper, "step" | "hold" | "release"> {
  readonly github: GitHubStandIn;
  readonly store: Awaited<ReturnType<typeof createStore>>;
  readonly deps: JobDeps;
  readonly web: WebServer;
  readonly agent: {
    /** What the Builder does, turn by turn, in every phase, or by phase. */
    builds(script: readonly Action[] | RoleScript): void;
    /** The same in short: it writes these files. */
    edits(files: Readonly<Record<string, string | null>>): void;
    /** What the Auditor does; it approves unless told. */
    audits(script: readonly Action[] | RoleScript): void;
    /** What the investigator does; there is none unless told. */
    investigates(script: readonly Action[] | RoleScript): void;
    /** What the planner does; there is none unless told. */
    plans(script: readonly Action[] | RoleScript): void;
    /** Called while an attempt runs, after its program has started; the attempt ends only after that. */
    during(role: AttemptRole, work: () => Promise<void>): void;
  };
  /** Lets time pass for the jobs, in milliseconds; nobody waits. */
  pass(ms: number): void;
  /** Writes the configuration and opens an issue. */
  openIssue(issue?: NewIssue): Promise<number>;
  /** Writes the configuration, opens an issue and labels it. Nothing has been handled yet. */
  labelIssue(label: string, issue?: NewIssue & { readonly as?: Person }): Promise<number>;
  /** Runs jobs until nothing waits, and gives the issue's newest run. */
  settled(issue: number, state?: RunStateKind): Promise<Run>;
  drain(): Promise<void>;
  comment(on: number, as: Person, body: string): Promise<number>;
  run(issue: number): Promise<Run>;
  events(id: RunId): Promise<readonly string[]>;
  check(sha: string | null, name: string): CheckRun | undefined;
  statusComment(issue: number): Promise<string>;
  /** Bodies of the app's comments, the status comment aside. */
  answers(on: number): Promise<readonly string[]>;
  reactions(commentId: number): readonly string[];
}

export async function openWorld(options: WorldOptions = {}): Promise<World & { close(): Promise<void> }> {
  const [store, github, dataDir] = await Promise.all([
    createStore(),
    startGitHub({
      users: USERS,
      repositories: [
        { name: "widget", files: { ...FILES, ...options.files }, private: options.private ?? false },
        ...(options.repositories ?? []),
      ],
    }),
    mkdtemp(join(tmpdir(), "autopack-world-")),
  ]);
  const log = pino({ level: process.env["TEST_LOG"] ?? "silent" });
  const page = createWeb({
    store,
    secret: github.app.webhookSecret,
    webhookPath: "/api/github/webhooks",
    api: { token: API_TOKEN, webUrl: github.origin, secrets: [] },
    log,
  });
  const web = await serve(page, { host: "127.0.0.1", port: 0 });
  github.webhooks.deliverTo(`${web.url}/api/github/webhooks`);
  const worker = await openWorker({
    store,
    github,
    dataDir,
    log,
    policy: { ...NO_POLICY, ...options.policy },
    governor: options.governor?.(store) ?? freely,
    models: options.models ?? {},
  });
  const during = new Map<string, () => Promise<void>>();
  let passedMs = 0;
  const clock = { ...worker.deps.clock, now: () => new Date(Date.now() + passedMs) };
  const deps = interposed({ ...worker.deps, clock }, during);
  const stepper = openStepper(deps, async () => github.settled());
  const script: { builder: RoleScript; auditor: RoleScript; investigator?: RoleScript; planner?: RoleScript } = {
    builder: { "*": [{}] },
    auditor: { "*": [verdict("approve")] },
  };

  async function openIssue({
    title = "Greet by name",
    body = "Say hello to somebody.",
  }: NewIssue = {}): Promise<number> {
    if (options.config !== null) await writeConfig(github, configOf(script, options.config));
    return (await github.createIssue({ as: "alice", title, body })).number;
  }

  async function settled(issue: number, state?: RunStateKind): Promise<Run> {
    await drain();
    const run = await runOf(issue);
    if (state !== undefined && run.state.kind !== state) {
      const { message = "" } = run.state as { message?: string };
      throw new Error(`the run is ${run.state.kind}, not ${state}: ${message}`);
    }
    return run;
  }

  async function drain(): Promise<void> {
    await stepper.drain();
    const failures = stepper.takeFailures();
    if (options.tolerant !== true && failures.length > 0)
      throw new AggregateError(failures, `a job failed: ${String(failures[0])}`, { cause: failures[0] });
  }

  async function runOf(number: number): Promise<Run> {
    const { rows } = await store.knex.raw<{ rows: { id: number }[] }>("select id from repositories limit 1");
    const run = await findRunOfIssue(store.knex, { repositoryId: rows[0]?.id ?? 0, number });
    if (run === null) throw new Error(`issue #${number} has no run`);
    return run;
  }

  return {
    github,
    store,
    deps,
    web,
    step: stepper.step,
    hold: stepper.hold,
    release: stepper.release,
    drain,
    agent: {
      builds: (turns) => void (script.builder = byPhase(turns)),
      edits: (edits) => void (script.builder = { "*": [{ edits }] }),
      audits: (turns) => void (script.auditor = byPhase(turns)),
      investigates: (turns) => void (script.investigator = byPhase(turns)),
      plans: (turns) => void (script.planner = byPhase(turns)),
      during: (role, work) => void during.set(role, work),
    },
    pass: (ms) => void (passedMs += ms),
    openIssue,
    async labelIssue(label, { as = "alice", ...issue } = {}) {
      const number = await openIssue(issue);
      await github.addLabel(number, label, { as });
      return number;
    },
    settled,
    comment: async (on, as, body) => (await github.comment(on, body, { as })).id,
    run: runOf,
    events: async (id) => (await historyOf(store.knex, id)).map(({ kind }) => kind),
    check: (sha, name) => (sha === null ? undefined : github.checks(sha).find((check) => check.name === name)),
    statusComment: async (issue) =>
      (await ownComments(github, issue)).find((body) => body.includes("autopack:run:")) ?? "",
    answers: async (on) => (await ownComments(github, on)).filter((body) => !body.includes("autopack:run:")),
    reactions: (id) =>
      github
        .reactions(id)
        .filter(({ login }) => login === "autopack[bot]")
        .map(({ content }) => content),
    async close() {
      worker.drain();
      await worker.close();
      await web.close(0);
      await github.close();
      await store.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function byPhase(turns: readonly Action[] | RoleScript): RoleScript {
  return Array.isArray(turns) ? { "*": turns as readonly Action[] } : (turns as RoleScript);
}

async function ownComments(github: GitHubStandIn, on: number): Promise<readonly string[]> {
  const comments = await github.comments(on);
  return comments.filter((comment) => comment.user?.login === "autopack[bot]").map((comment) => comment.body ?? "");
}

/** The configuration of a world: scripted agents, and a CI that really runs the repository's tests. */
export function configOf(script: AgentScript, more: object = {}): object {
  const base = {
    version: 1,
    agents: {
      builder: { backend: "command", command: agentCommand(script), limits: { attempts: 3 } },
      auditor: { backend: "command", command: agentCommand(script) },
      ...(script.investigator === undefined
        ? {}
        : { investigator: { backend: "command", command: agentCommand(script) } }),
      ...(script.planner === undefined ? {} : { planner: { backend: "command", command: agentCommand(script) } }),
    },
    audit: { final: "never" },
    preflight: ["node --check src/greet.js"],
    ci: { normal: ["node --test"] },
  };
  return merged(base, more) as object;
}

function merged(left: unknown, right: unknown): unknown {
  if (!isPlain(left) || !isPlain(right)) return right;
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return Object.fromEntries(
    keys.map((key) => [key, key in right ? (key in left ? merged(left[key], right[key]) : right[key]) : left[key]]),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function writeConfig(github: GitHubStandIn, config: object): Promise<void> {
  await github.pushCommit({
    as: "mona",
    branch: "main",
    files: { ".github/autopack.yml": stringify(config) },
    message: "Configure Autopack",
  });
}

async function openWorker(parts: {
  readonly store: Awaited<ReturnType<typeof createStore>>;
  readonly github: GitHubStandIn;
  readonly dataDir: string;
  readonly log: JobDeps["log"];
  readonly policy: Policy;
  readonly governor: Governor;
  readonly models: Pick<WorkerParts, "models" | "agentsDir">;
}): Promise<WorkerSide> {
  const { store, github, dataDir, log, policy, governor, models } = parts;
  const { id, privateKey, webhookSecret } = github.app;
  const app = {
    appId: id,
    privateKey,
    webhookSecret,
    apiUrl: `${github.origin}/api/v3`,
    webUrl: github.origin,
  };
  return composeWorker({
    store,
    databaseUrl: store.url,
    github: app,
    sandbox: await openSandbox(),
    policy,
    dataDir,
    log,
    governor,
    ...models,
  });
}

/**
 * Lets a test do something while an agent runs, and tells the scripted agent how often its attempt was started before: one
 * that waited for a rate limit goes on as the same attempt, and its script goes on as well.
 */
function interposed(deps: JobDeps, during: Map<string, () => Promise<void>>): JobDeps {
  const starts = new Map<string, number>();
  return {
    ...deps,
    agent: {
      async run(task, watch) {
        const startedBefore = starts.get(task.attemptId) ?? 0;
        starts.set(task.attemptId, startedBefore + 1);
        const work = during.get(task.role);
        during.delete(task.role);
        const busy: Promise<void>[] = [];
        const onStart = (): void => {
          watch.onStart?.();
          if (work !== undefined) busy.push(work());
        };
        const context = { ...task.context, started_before: startedBefore };
        const outcome = await deps.agent.run({ ...task, context }, { ...watch, onStart });
        await Promise.all(busy);
        return outcome;
      },
    },
  };
}
