import { isLive } from "./attempt.ts";
import { verify } from "./branchEvents.ts";
import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { GateName } from "./gate.ts";
import { isLanded, isSatisfied } from "./phase.ts";
import type { Phase } from "./phase.ts";
import { audit } from "./phaseWork.ts";
import type { PlannedPhase } from "./plan.ts";
import { queuedPhase } from "./planEvents.ts";
import { plainLine } from "./plainText.ts";
import { rulesOf } from "./rulesOf.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import { cancelWave, planRun } from "./schedule.ts";

type RevisionEvent = Extract<RunEvent, { kind: "revision_requested" | "gate_rerun_requested" | "change_read" }>;

/** Takes what people ask to be changed, or judged again, of work that has landed. */
export function revisionEvent(run: Run, event: RevisionEvent): Decision {
  if (isFinal(run.state)) return stay(run);
  switch (event.kind) {
    case "revision_requested":
      return canRevise(run) && !isKnownReview(run, event.reviewId) ? revise(run, event) : stay(run);
    case "gate_rerun_requested":
      return canJudgeAgain(run) ? rerun(run, event) : stay(run);
    case "change_read": {
      const phase = run.phases.find(({ id }) => id === event.phaseId);
      if (phase === undefined || !isBeingRead(phase) || run.state.kind !== "building") return stay(run);
      return audit(run, { ...phase, candidate: { ...event.candidate, isWhole: true } });
    }
  }
}

/** No agent is at it, and none has begun: the change is being read for the Auditor. */
function isBeingRead({ plan, state, attempt }: Phase): boolean {
  return plan.audit !== undefined && state.kind === "building" && (attempt === null || !isLive(attempt));
}

/** Whether there is work under way, or done, that a further phase can be added to. */
export function canRevise({ state, head, phases }: Run): boolean {
  if (head === null || phases.some((phase) => phase.state.kind === "failed")) return false;
  return ["building", "verifying", "promotable", "failed"].includes(state.kind);
}

/** Whether the head is one that gates can be run on again: everything that was to land has landed. */
export function canJudgeAgain({ state, head, phases }: Run): boolean {
  return head !== null && phases.every(isSatisfied) && ["verifying", "promotable", "failed"].includes(state.kind);
}

export function isKnownReview({ phases }: Run, reviewId: number | null): boolean {
  return reviewId !== null && phases.some(({ plan }) => plan.revision?.reviewId === reviewId);
}

/** How often people have asked for changes of this run. */
export function revisionsOf({ phases }: Run): number {
  return phases.filter(({ plan }) => plan.revision !== undefined).length;
}

function revise(run: Run, event: Extract<RevisionEvent, { kind: "revision_requested" }>): Decision {
  const { by, source, reviewId, instruction, threads } = event;
  const round = revisionsOf(run) + 1;
  const said = [instruction, ...threads.map(({ body }) => body)].find((text) => text.trim() !== "") ?? "";
  const places = threads.map(({ path, line, body }) => `${line === null ? path : `${path}:${line}`}\n${body}`);
  return add(run, {
    title: `Revision ${round}: ${plainLine(said, 60)}`,
    category: categoryOf(run),
    instructions: [instruction, ...places].filter((text) => text.trim() !== "").join("\n\n"),
    files: [...new Set(threads.map(({ path }) => path))],
    revision: { round, by, source, reviewId, threads },
  });
}

function rerun(run: Run, event: Extract<RevisionEvent, { kind: "gate_rerun_requested" }>): Decision {
  if (event.gate === "audit") {
    return add(run, {
      title: "Audit of the whole change",
      category: categoryOf(run),
      instructions: "Judge the whole change of this run, as it would be merged.",
      files: [],
      audit: { by: event.by },
    });
  }
  const gates: readonly GateName[] = [...new Set([...(run.rerun?.gates ?? []), event.gate])];
  return verify({ ...run, mergeRefusal: null }, { gates, profile: event.profile ?? run.rerun?.profile ?? null });
}

type Added = Pick<PlannedPhase, "title" | "category" | "instructions" | "files" | "revision" | "audit">;

/** Puts a phase behind all others. It waits for none, as all that can be waited for has ended or will. */
function add(run: Run, added: Added): Decision {
  const last = run.phases.at(-1);
  if (last === undefined) return stay(run);
  const plan: PlannedPhase = {
    tier: last.plan.tier,
    acceptance: [],
    spec: null,
    impacts: [],
    dependsOn: [],
    priority: 0,
    complexity: null,
    ...added,
  };
  const ordinal = Math.max(...run.phases.map((phase) => phase.ordinal)) + 1;
  const phases = [...run.phases, queuedPhase(run.id, { plan, ordinal, tier: last.tier })];
  if (run.state.kind === "building") return become(planRun({ ...run, phases }));
  const waves = run.waves.map(cancelWave);
  const open: Run = { ...run, phases, waves, landing: null, verifiedBase: null, mergeRefusal: null };
  return move(planRun(open), { kind: "building" });
}

/** As strict as the strictest that has landed: a revision is not held to less than what it changes. */
function categoryOf(run: Run): string {
  const landed = run.phases.filter(isLanded);
  const strict = landed.findLast((phase) => rulesOf(run, phase).ciProfile === "strict");
  return (strict ?? landed.at(-1) ?? run.phases.at(-1))?.category ?? "any";
}
