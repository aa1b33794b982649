import { userInfo } from "node:os";
import type { RunId, Sha } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import { steer } from "../domain/steering.ts";
import type { SteeringCommand } from "../domain/steering.ts";
import { transition } from "../domain/transition.ts";
import { steeringPlan } from "../projections/runReportSteering.ts";
import { getRun } from "../store/runs.ts";
import type { RunsDatabase } from "./runsDatabase.ts";
import { findRunId } from "./runsFind.ts";
import { printJson, printLines } from "./runsPrint.ts";

export interface SteerOptions {
  readonly repo?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Who steers: somebody who may use the database needs no permission on GitHub, but is named in the history. */
export function operator(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // In containers, accounts are often numbers without a name.
    return `cli:${process.getuid?.() ?? "unknown"}`;
  }
}

/**
 * Says what a command will do to a run, and has it done. The command is judged again in the transaction that does it: the
 * run may have moved on meanwhile.
 *
 * @throws Error in one line, when the run as it stands refuses the command
 */
export async function steerRun(
  database: RunsDatabase,
  typed: string,
  order: { readonly options: SteerOptions; readonly command: (run: Run) => SteeringCommand },
): Promise<void> {
  const { options } = order;
  const id = await findRunId(database.knex, typed, options.repo);
  const before = await getRun(database.knex, id);
  const command = order.command(before);
  const judged = steer(before, command);
  if (judged.kind === "refused") throw refusal(id, judged.why);
  const plan = steeringPlan(command, { before, after: transition(before, judged.event).run });
  if (options.json !== true)
    printLines(options.dryRun === true ? [...plan.lines, "nothing was done: --dry-run"] : plan.lines);
  if (options.dryRun !== true) await apply(database, id, command);
  if (options.json === true) printJson({ ...plan, done: options.dryRun !== true });
}

async function apply({ url }: RunsDatabase, id: RunId, command: SteeringCommand): Promise<void> {
  const { openStore, steerRunAs } = await import("../app.ts");
  const store = await openStore(url, { worker: false, poolMax: 2 });
  try {
    const steering = await steerRunAs(store, id, command);
    if (steering.kind === "refused") throw refusal(id, steering.why);
  } finally {
    await store.close();
  }
}

function refusal(id: RunId, why: string): Error {
  return new Error(`${id}: ${why}; nothing was done`);
}

/** The commit that `--to` means: of a phase by its ordinal, the base by 0 or `base`, or a checkpoint by its hash. */
export function checkpointNamed(run: Run, to: string): Sha {
  if (to === "0" || to === "base") {
    if (run.base === null) throw refusal(run.id, "it has no base yet, so there is nothing to go back to");
    return run.base.sha;
  }
  const landed = run.phases.flatMap(({ ordinal, state }) =>
    state.kind === "complete" ? [{ ordinal, sha: state.sha, landing: state.landing }] : [],
  );
  if (/^\d{1,6}$/.test(to)) {
    const phase = landed.find(({ ordinal }) => ordinal === Number(to));
    if (phase !== undefined) return phase.sha;
    const known = landed.toSorted((a, b) => a.landing - b.landing).map(({ ordinal }) => ordinal);
    throw refusal(
      run.id,
      `phase ${to} has no commit on the branch; ${known.length === 0 ? "no phase has" : `these have: ${known.join(", ")}`}`,
    );
  }
  const commits = [...landed.map(({ sha }) => sha), ...(run.base === null ? [] : [run.base.sha])];
  const [found, ...others] = commits.filter((sha) => to.length >= 4 && sha.startsWith(to.toLowerCase()));
  if (found === undefined || others.length > 0)
    throw refusal(
      run.id,
      `${to} ${found === undefined ? "is no checkpoint" : "means several checkpoints"} of this run; \`autopack runs show ${run.id}\` lists them`,
    );
  return found;
}
