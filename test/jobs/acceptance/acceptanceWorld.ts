import { stringify } from "yaml";
import { postgresArtifacts } from "../../../src/adapters/artifacts/postgresArtifacts.ts";
import { systemClock } from "../../../src/adapters/clock/systemClock.ts";
import { openSandbox } from "../../../src/adapters/sandbox/openSandbox.ts";
import { readPlan } from "../../../src/config/readPlan.ts";
import type { AcceptanceResult, AcceptanceSpec, ValidatorResult } from "../../../src/domain/acceptance/acceptance.ts";
import type { PhaseId, Sha } from "../../../src/domain/ids.ts";
import type { Step } from "../../../src/domain/settings.ts";
import type { AcceptanceWork } from "../../../src/jobs/acceptance/acceptanceWork.ts";
import { runAcceptance } from "../../../src/jobs/acceptance/runAcceptance.ts";
import type { JobDeps } from "../../../src/jobs/handler.ts";
import { saveRepository } from "../../../src/store/repositories.ts";
import { makeWorld, REPOSITORY } from "../../adapters/git/world.ts";
import { RUN_ID, SETTINGS } from "../../domain/runFixture.ts";
import { createStore } from "../../harness/store.ts";

export type Files = Readonly<Record<string, string | null>>;

/** A repository whose `sum` subtracts, with one test that passes all the same. */
const BASE: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }\n',
  ".gitignore": "node_modules/\n",
  "src/sum.js": "export const sum = (a, b) => a - b;\n",
  "test/zero.test.js": testOf("sums zeros", "sum(0, 0) === 0"),
};

/** A change that mends it, and shows it. */
export const FIX: Files = {
  "src/sum.js": "export const sum = (a, b) => a + b;\n",
  "test/sum.test.js": testOf("sums", "sum(1, 2) === 3"),
};

/** A file with one test about `sum`. */
export function testOf(name: string, claim: string): string {
  return [
    'import test from "node:test";',
    'import assert from "node:assert";',
    'import { sum } from "../src/sum.js";',
    `test(${JSON.stringify(name)}, () => assert.ok(${claim}));`,
    "",
  ].join("\n");
}

export interface Judged extends AcceptanceResult {
  /** The first result. */
  readonly only: ValidatorResult;
}

export interface JudgeOptions {
  readonly change?: Files;
  readonly signal?: AbortSignal;
  readonly install?: readonly Step[];
  readonly attempt?: AcceptanceWork["attempt"];
  /** More keys of the phase: `gate`, `min_score` … */
  readonly keys?: object;
}

export interface AcceptanceWorld extends AsyncDisposable {
  readonly deps: JobDeps;
  readonly store: Awaited<ReturnType<typeof createStore>>;
  readonly base: Sha;
  /** Puts files over those of `main`, for the tests that follow. */
  rebase(files: Files): Promise<void>;
  /** Judges a change by validators as a plan has them. Null when cancelled. */
  judge(validators: readonly unknown[], options?: JudgeOptions): Promise<Judged | null>;
  /** The same for one validator that is not cancelled. */
  judged(validator: unknown, options?: JudgeOptions): Promise<Judged>;
  logOf(result: ValidatorResult): Promise<string>;
}

export async function acceptanceWorld(): Promise<AcceptanceWorld> {
  const [world, store, sandbox] = await Promise.all([makeWorld(BASE), createStore(), openSandbox()]);
  await world.git.fetch(REPOSITORY);
  await store.knex.transaction(async (tx) => saveRepository(tx, REPOSITORY));
  const artifacts = postgresArtifacts(store.knex, () => []);
  // All that judging uses of what a worker has.
  const deps = { store, git: world.git, sandbox, artifacts, clock: systemClock } as unknown as JobDeps;
  let base = await tip("main");

  async function tip(branch: string): Promise<Sha> {
    const sha = await world.git.tip(REPOSITORY, branch);
    if (sha === null) throw new Error(`there is no branch ${branch}`);
    return sha;
  }

  async function judge(validators: readonly unknown[], options: JudgeOptions = {}): Promise<Judged | null> {
    await world.person.run("checkout", "--quiet", "-B", "work", base);
    await world.person.push("work", options.change ?? FIX);
    await world.git.fetch(REPOSITORY);
    const work: AcceptanceWork = {
      repository: REPOSITORY,
      settings: { ...SETTINGS, install: options.install ?? [] },
      runId: RUN_ID,
      phaseId: `${RUN_ID}.1` as PhaseId,
      commit: base,
      tree: await world.git.treeOf(REPOSITORY, await tip("work")),
      base,
      attempt: options.attempt ?? null,
      spec: specOf({ validators, ...options.keys }),
    };
    const result = await runAcceptance(work, deps, options.signal ?? new AbortController().signal);
    const [only] = result?.results ?? [];
    return result === null || only === undefined ? null : { ...result, only };
  }

  return {
    deps,
    store,
    get base() {
      return base;
    },
    async rebase(files) {
      await world.person.run("checkout", "--quiet", "-B", "main", base);
      await world.person.push("main", files);
      await world.git.fetch(REPOSITORY);
      base = await tip("main");
    },
    judge,
    async judged(validator, options) {
      const result = await judge([validator], options);
      if (result === null) throw new Error("judging was cancelled");
      return result;
    },
    async logOf({ log }) {
      return log === null ? "" : new TextDecoder().decode(await artifacts.get(log));
    },
    async [Symbol.asyncDispose]() {
      await store.drop();
      await world[Symbol.asyncDispose]();
    },
  };
}

function specOf(keys: object): AcceptanceSpec {
  const yaml = stringify({ autopack: { phases: [{ title: "Sum", ...keys }] } });
  const plan = readPlan({ issue: { title: "Sum", body: `\`\`\`yaml\n${yaml}\`\`\`\n` }, specs: [] });
  const spec = plan.kind === "ok" ? plan.plan.phases[0]?.spec : null;
  if (spec === null || spec === undefined) throw new Error(`the plan was refused: ${JSON.stringify(plan)}`);
  return spec;
}
