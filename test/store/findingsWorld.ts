import type { Knex } from "knex";
import type { Finding } from "../../src/domain/finding.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { newRun } from "../../src/domain/run.ts";
import type { Run } from "../../src/domain/run.ts";
import { carryToBacklog, closeRun } from "../../src/store/backlog.ts";
import { saveFindings } from "../../src/store/findings.ts";
import { savePhases } from "../../src/store/phases.ts";
import { saveRepository } from "../../src/store/repositories.ts";
import { insertRun } from "../../src/store/runs.ts";
import { landedPhase } from "../domain/findings/findingFixture.ts";
import { queuedRun, strategy } from "../domain/runFixture.ts";

export const REPOSITORY = queuedRun().repository;

/** A phase that a run lands. */
export interface Landing {
  readonly findings?: readonly Finding[];
  readonly tier?: number;
  readonly touched?: readonly string[];
}

/** A run as it stands in the database, with phases that have all landed. */
export async function addRun(
  db: Knex,
  issue: number,
  { landings, ...more }: Partial<Run> & { readonly landings: readonly Landing[] },
): Promise<Run> {
  const id = `${issue}-aaaaaaaa` as RunId;
  const request = { ...queuedRun().request, issueNumber: issue };
  const phases = landings.map(({ findings = [], ...rest }, index) =>
    landedPhase(index + 1, findings, { run: id, ...rest }),
  );
  const run: Run = { ...newRun({ id, repository: REPOSITORY, request }), strategy: strategy(), ...more, phases };
  await saveRepository(db, run.repository);
  await insertRun(db, run, null);
  await savePhases(db, id, { before: [], after: phases });
  return run;
}

/** Lands every phase of a run, one transaction each, as the engine does. */
export async function land(db: Knex, run: Run): Promise<void> {
  for (const phase of run.phases)
    await db.transaction(async (tx) => {
      await saveFindings(tx, run, phase);
      await carryToBacklog(tx, run, phase);
    });
}

/** Promotes a run: it is not under way any more. */
export async function promote(db: Knex, run: Run): Promise<void> {
  await end(db, run);
  await db.transaction(async (tx) => closeRun(tx, run));
}

/** As cancelled, which asks for nothing else in its row. */
export async function end(db: Knex, run: Run): Promise<void> {
  await db("runs").where({ id: run.id }).update({ state: "cancelled", ended_at: db.fn.now() });
}
