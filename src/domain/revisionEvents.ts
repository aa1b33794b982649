import { isLive } from "./attempt.ts";
import { verify } from "./branchEvents.ts";
import { become, move, stay } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { RunEvent } from "./event.ts";
import type { GateName } from "./gate.ts";
import { isSatisfied } from "./phase.ts";
import type { Phase } from "./phase.ts";
import { audit } from "./phaseWork.ts";
import { plainLine } from "./plainText.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import { cancelWave, planRun } from "./schedule.ts";
import { addedPhase, categoryOf, wholeAudit } from "./wholeAudit.ts";

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
  if (head === null || phases.length === 0 || phases.some((phase) => phase.state.kind === "failed")) return false;
  return ["building", "verifying", "promotable", "failed"].includes(state.kind);
}

/** Whether the head is one that gates can be run on again: everything that was to land has landed. */
export function canJudgeAgain({ state, head, phases }: Run): boolean {
  return (
    head !== null &&
    phases.length > 0 &&
    phases.every(isSatisfied) &&
    ["verifying", "promotable", "failed"].includes(state.kind)
  );
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
  const added = addedPhase(run, {
    title: `Revision ${round}: ${plainLine(said, 60)}`,
    category: categoryOf(run),
    instructions: [instruction, ...places].filter((text) => text.trim() !== "").join("\n\n"),
    files: [...new Set(threads.map(({ path }) => path))],
    revision: { round, by, source, reviewId, threads },
  });
  return add(run, added);
}

function rerun(run: Run, event: Extract<RevisionEvent, { kind: "gate_rerun_requested" }>): Decision {
  if (event.gate === "audit") return add(run, wholeAudit(run, event.by));
  const gates: readonly GateName[] = [...new Set([...(run.rerun?.gates ?? []), event.gate])];
  return verify({ ...run, mergeRefusal: null }, { gates, profile: event.profile ?? run.rerun?.profile ?? null });
}

/** Puts a phase behind all others, and opens a run again that was judged already. */
function add(run: Run, added: Phase | null): Decision {
  if (added === null) return stay(run);
  const phases = [...run.phases, added];
  if (run.state.kind === "building") return become(planRun({ ...run, phases }));
  const waves = run.waves.map(cancelWave);
  const open: Run = { ...run, phases, waves, landing: null, verifiedBase: null, mergeRefusal: null };
  return move(planRun(open), { kind: "building" });
}
