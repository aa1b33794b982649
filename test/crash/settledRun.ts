import { expect } from "vitest";
import { isLanded } from "../../src/domain/phase.ts";
import type { World } from "../harness/world.ts";

/** What a run has left open, or says of itself without grounds. Of one that is done, everything here is empty. */
interface OpenEnds {
  /** Keys of the ledger under which something is reserved still. */
  readonly reserved: readonly string[];
  /** Attempts that ran and are not in the ledger. */
  readonly unbooked: readonly string[];
  readonly liveAttempts: readonly string[];
  readonly openWaves: readonly number[];
  /** Phases that landed and are in no wave that was completed. */
  readonly strayPhases: readonly number[];
  readonly unjudgedTiers: readonly number[];
  readonly flags: readonly unknown[];
}

async function openEndsOf(world: World, issue: number): Promise<OpenEnds> {
  const { knex } = world.store;
  const run = await world.run(issue);
  const completed = new Set(run.waves.flatMap(({ state, phases }) => (state === "completed" ? phases : [])));
  return {
    reserved: await knex("ledger_entries").where({ state: "reserved" }).pluck<string[]>("key"),
    unbooked: await knex("attempts")
      .whereNotNull("started_at")
      .whereNotExists(knex("ledger_entries").whereRaw("attempt_id = attempts.id"))
      .pluck<string[]>("id"),
    liveAttempts: await knex("attempts").whereNull("finished_at").pluck<string[]>("id"),
    openWaves: run.waves.flatMap(({ state, number }) => (state === "pending" || state === "running" ? [number] : [])),
    strayPhases: run.phases
      .filter((phase) => isLanded(phase) && !completed.has(phase.ordinal))
      .map(({ ordinal }) => ordinal),
    unjudgedTiers: run.tiers.flatMap(({ cleanliness, ordinal }) => (cleanliness === null ? [ordinal] : [])),
    flags: [run.landing, run.hold, run.rollback].filter((flag) => flag !== null),
  };
}

/**
 * A merged run whose phases have all landed is in the database what it is in git: a checkpoint for each commit of it, in their
 * order; and nothing of it is left open.
 */
export async function expectSettled(world: World, issue: number): Promise<void> {
  expect(await openEndsOf(world, issue)).toEqual({
    reserved: [],
    unbooked: [],
    liveAttempts: [],
    openWaves: [],
    strayPhases: [],
    unjudgedTiers: [],
    flags: [],
  });
  const run = await world.run(issue);
  const log = await world.github.log("main");
  const own = log.filter(({ trailers }) => trailers["Autopack-Run"] === run.id).toReversed();
  const checkpoints = await world.store.knex("checkpoints").where({ run_id: run.id }).orderBy("landing");
  expect(checkpoints.map(({ phase_id: phase, sha, landing }) => ({ phase, sha, landing }))).toEqual(
    own.map(({ sha, trailers }, index) => ({ phase: trailers["Autopack-Phase"], sha, landing: index + 1 })),
  );
  expect(run.phases.map((phase) => isLanded(phase))).toEqual(run.phases.map(() => true));
  expect(run.tiers.map(({ state, cleanliness }) => `${state}, ${cleanliness}`)).toEqual(
    run.tiers.map(() => "complete, clean"),
  );
}
