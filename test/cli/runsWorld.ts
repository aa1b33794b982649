import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { postgresArtifacts } from "../../src/adapters/artifacts/postgresArtifacts.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import { advance } from "../../src/engine/advance.ts";
import { createRun } from "../../src/engine/createRun.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import {
  artifact,
  audited,
  built,
  candidate,
  checked,
  planReady,
  queuedRun,
  RUN_ID,
  sha,
  started,
} from "../domain/runFixture.ts";
import { createStore } from "../harness/store.ts";
import { saveFixtureSpec } from "../harness/fixtureSpec.ts";

const PROGRAM = resolve("src/cli/autopack.js");

/** A database with runs that the engine itself has brought where they are, and the command line over it. */
export interface RunsWorld {
  readonly store: Awaited<ReturnType<typeof createStore>>;
  autopack(...args: readonly string[]): ReturnType<typeof begin>;
  advance(...events: readonly RunEvent[]): Promise<Run>;
  close(): Promise<void>;
}

/** Run 7 of acme/widget: phase 1 has landed, phase 2 is being built. Issues 7 and 8 of acme/gadget have a queued one each. */
export async function openRunsWorld(): Promise<RunsWorld> {
  const dir = await mkdtemp(join(tmpdir(), "autopack-runs-"));
  const store = await createStore();
  const { id: _, repository, request } = queuedRun();
  const gadget = { ...repository, id: 102, name: "gadget" };
  for (const one of [repository, gadget]) await saveRepository(store.knex, one);
  await saveFixtureSpec(store.knex, repository.id);
  for (const order of [
    { id: RUN_ID, repository, request },
    { id: "7-zzzzzzzz" as RunId, repository: gadget, request },
    { id: "8-zzzzzzzz" as RunId, repository: gadget, request: { ...request, issueNumber: 8, title: "Wait" } },
  ])
    await store.knex.transaction(async (tx) => createRun(store, tx, { ...order, delivery: null }));
  const log = await postgresArtifacts(store.knex, () => []).putText("built \u001B[32mwell\u001B[0m\n", "text/plain");
  const world: RunsWorld = {
    store,
    autopack: (...args) => begin(dir, store.url, args),
    advance: async (...events) => {
      const runs: Run[] = [];
      for (const event of events) runs.push(await advance(store, RUN_ID, event));
      const last = runs.at(-1);
      if (last === undefined) throw new Error("nothing happened");
      return last;
    },
    close: async () => {
      await store.drop();
      await rm(dir, { recursive: true });
    },
  };
  const made = candidate("b");
  await world.advance(
    { kind: "planning_started" },
    planReady({}, ["Greet", "Say goodbye"]),
    started(`${RUN_ID}.1.1`),
    { ...built(`${RUN_ID}.1.1`, made), log } as RunEvent,
    checked(`${RUN_ID}.1`, made),
    started(`${RUN_ID}.1.2`),
    audited(`${RUN_ID}.1.2`, { patch: artifact("b"), decision: "approve" }),
    { kind: "phase_integrated", phaseId: `${RUN_ID}.1` as never, sha: sha("b") },
    started(`${RUN_ID}.2.1`),
  );
  return world;
}

function begin(dir: string, url: string, args: readonly string[]) {
  const env = { PATH: process.env["PATH"] ?? "", DATABASE_URL: url };
  return execa(process.execPath, [PROGRAM, "runs", ...args], { cwd: dir, env, extendEnv: false, reject: false });
}
