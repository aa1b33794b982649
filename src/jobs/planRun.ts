import { readPlannerAnswer, repairFeedback } from "../config/plannerAnswer.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Plan } from "../domain/plan.ts";
import { strategyOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import { plannerContext, plannerInstructions } from "../prompts/plannerInstructions.ts";
import { agentCheckout } from "./agentCheckout.ts";
import { attemptJob, failedAttempt } from "./attemptJob.ts";
import type { AttemptMeans } from "./attemptJob.ts";
import { agentFailure } from "./agentFailure.ts";
import type { JobDeps, JobHandler } from "./handler.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { plannerMaterial } from "./plannerMaterial.ts";
import { completed } from "./planOf.ts";
import { readPlanEvent } from "./prepareRun.ts";
import { runAgent } from "./runAgent.ts";
import type { AgentRun } from "./runAgent.ts";
import { refusedByTriage } from "./refusedByTriage.ts";

/** Has an agent write the plan that the issue does not spell out. Its answer is acted on only when it holds. */
export const planRun: JobHandler<"plan_run"> = attemptJob(async (work, means) => {
  const run = await write(work, means);
  return run === null ? null : eventOf(work, run, means.deps);
});

async function write(work: AttemptAtWork, { deps, watch }: AttemptMeans): Promise<AgentRun | null> {
  const { run, settings, phase, attempt: planned } = work;
  const checkout = await agentCheckout(run, { commit: planned.base }, deps);
  try {
    const base = baseOf(run);
    const material = await plannerMaterial({ ...run, settings, base }, deps);
    const brief = {
      role: "planner",
      checkout,
      instructions: plannerInstructions(material, { overrides: settings.prompts }),
      context: { ...plannerContext(material), retry_attempt: phase.retryAttempt },
      maxFileBytes: settings.paths.maxFileBytes,
    } as const;
    return await runAgent(work, brief, { deps, watch });
  } finally {
    await checkout.dispose();
  }
}

async function eventOf(work: AttemptAtWork, { outcome, record }: AgentRun, deps: JobDeps): Promise<RunEvent> {
  if (outcome.kind !== "finished")
    return { kind: "attempt_failed", outcome: outcome.kind, failure: agentFailure(outcome), ...record };
  const { run, settings } = work;
  const answer = readPlannerAnswer(outcome.result, { strategy: strategyOf(run), settings });
  switch (answer.kind) {
    case "plan":
      return { ...readPlanEvent(await judged(work, answer.plan, deps)), planner: record };
    case "triage":
      return { ...refusedByTriage(answer, baseOf(run)), planner: record };
    case "invalid":
      return failedAttempt(record, { class: "junk_result", message: repairFeedback(answer.problems) });
    case "junk":
      return failedAttempt(record, { class: "junk_result", message: answer.message });
  }
}

async function judged({ run, settings }: AttemptAtWork, plan: Plan, deps: JobDeps): ReturnType<typeof completed> {
  const { repository, request, configHash } = run;
  const { issueNumber: number, title, body, wishes } = request;
  return completed(
    {
      repository,
      issue: { number, title, body },
      wishes,
      base: baseOf(run),
      settings,
      configHash: configHash ?? "",
      strategy: strategyOf(run),
      plan,
    },
    deps,
  );
}

function baseOf({ id, base }: Run): NonNullable<Run["base"]> {
  if (base === null) throw new Error(`run ${id} calls its planner before it has a base`);
  return base;
}
