import { isConfigToBlame } from "../domain/ground/groundNotes.ts";
import type { GroundNote } from "../domain/ground.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Problem } from "../domain/plan.ts";
import type { Planned } from "../domain/planned.ts";
import type { Run } from "../domain/run.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { planOf } from "./planOf.ts";

/** Reads the configuration and the plan from the repository, looks at the ground, and freezes all of it in the run. */
export const prepareRun: JobHandler<"prepare_run"> = async ({ runId }, deps) => {
  const waiting = await getRun(deps.store.knex, runId);
  const run = waiting.state.kind === "queued" ? await deps.advance(runId, { kind: "planning_started" }) : waiting;
  if (run.state.kind !== "planning") return;
  await deps.advance(runId, await planned(run, deps));
};

async function planned({ repository, request }: Run, deps: JobDeps): Promise<RunEvent> {
  const { issueNumber: number, title, body, wishes } = request;
  const outcome = await planOf({ repository, issue: { number, title, body }, wishes }, deps);
  if (outcome.kind === "refused") return { ...outcome, kind: "plan_refused" };
  const blocking = outcome.ground.notes.filter(({ level }) => level === "blocks");
  return blocking.length > 0 ? badGround(outcome, blocking) : { ...outcome, kind: "plan_ready" };
}

/** Nothing is begun that could not end well. */
function badGround({ base }: Extract<Planned, { kind: "ready" }>, blocking: readonly GroundNote[]): RunEvent {
  return {
    kind: "plan_refused",
    base,
    reason: isConfigToBlame(blocking) ? "config_invalid" : "environment",
    message: "GitHub would not let this run end well, so it was not begun",
    problems: blocking.map(problemOf),
  };
}

function problemOf({ message, remedy }: GroundNote): Problem {
  return { path: null, line: null, column: null, message: `${sentence(message)} ${sentence(remedy)}` };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
