import { isConfigToBlame } from "../domain/ground/groundNotes.ts";
import type { GroundNote } from "../domain/ground.ts";
import type { RunEvent } from "../domain/event.ts";
import { isPlannerAtWork } from "../domain/planner.ts";
import type { Problem } from "../domain/plan.ts";
import type { Planned } from "../domain/planned.ts";
import { triageForFree } from "../domain/triage/triageForFree.ts";
import type { Run } from "../domain/run.ts";
import { refusedByTriage } from "./refusedByTriage.ts";
import { getRun } from "../store/runs.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import { issuesAtWork } from "./plannerMaterial.ts";
import { planOf } from "./planOf.ts";

/** Reads the configuration and the plan from the repository, looks at the ground, and freezes all of it in the run. */
export const prepareRun: JobHandler<"prepare_run"> = async ({ runId }, deps) => {
  const waiting = await getRun(deps.store.knex, runId);
  const run = waiting.state.kind === "queued" ? await deps.advance(runId, { kind: "planning_started" }) : waiting;
  // Once a planner is at it, the plan is the planner's to bring.
  if (run.state.kind !== "planning" || isPlannerAtWork(run)) return;
  await deps.advance(runId, await planned(run, deps));
};

/** Nobody is paid to plan what shows on its face that it cannot be planned. */
async function planned(run: Run, deps: JobDeps): Promise<RunEvent> {
  const outcome = await planOf(orderOf(run), deps);
  if (outcome.kind !== "unplanned") return readPlanEvent(outcome);
  const { issueNumber: number, title, body } = run.request;
  const triage = triageForFree({ number, title, body }, { others: await issuesAtWork(run, deps) });
  return triage === null ? { ...outcome, kind: "planner_called" } : refusedByTriage(triage, outcome.base);
}

function orderOf({ repository, request }: Run): Parameters<typeof planOf>[0] {
  const { issueNumber: number, title, body, wishes } = request;
  return { repository, issue: { number, title, body }, wishes };
}

/** What a plan that has been read, or was written for the run, says to it. */
export function readPlanEvent(outcome: Exclude<Planned, { kind: "unplanned" }>): PlanNews {
  switch (outcome.kind) {
    case "refused":
      return { ...outcome, kind: "plan_refused" };
    case "ready": {
      const blocking = outcome.ground.notes.filter(({ level }) => level === "blocks");
      return blocking.length > 0 ? badGround(outcome, blocking) : { ...outcome, kind: "plan_ready" };
    }
  }
}

type PlanNews = Extract<RunEvent, { kind: "plan_refused" | "plan_ready" }>;

/** Nothing is begun that could not end well. */
function badGround({ base }: Extract<Planned, { kind: "ready" }>, blocking: readonly GroundNote[]): PlanNews {
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
