import { become, withPhase } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { tierCleanliness } from "./findings/tierCleanliness.ts";
import { hasEnded, isSatisfied } from "./phase.ts";
import type { Phase } from "./phase.ts";
import { build, check, headOf, readChange } from "./phaseWork.ts";
import { isLiveRun, isPaused } from "./run.ts";
import type { Run } from "./run.ts";
import type { Tier, TierState } from "./tier.ts";
import { finalAudit } from "./wholeAudit.ts";
import { planWaves } from "./waves/planWaves.ts";
import type { PlannedWave, Wave, WaveState } from "./waves/wave.ts";

/**
 * Does what the state of a run calls for: leaves out what cannot be done any more, closes waves and tiers, starts the next
 * wave, gives the branch to the next phase in line, and ends the building when every phase has ended.
 *
 * Every start goes through here; nothing else may start a phase. Scheduling what is scheduled already changes nothing.
 */
export function schedule(run: Run): Decision {
  if (run.state.kind !== "building") return become(isLiveRun(run.state) ? run : closed(run));
  if (run.rollback !== null) return become(run);
  const started = startWave(closeWaves(skipDependents(run)));
  const landing = giveTurn(started.run);
  const judged = { ...landing.run, tiers: tiersOf(landing.run) };
  const ended = judged.phases.every(hasEnded) ? endBuilding(judged) : become(judged);
  return become(ended.run, ...started.intents, ...landing.intents, ...ended.intents);
}

/** An ended run: no wave is open any more. */
function closed(run: Run): Run {
  return { ...run, landing: null, rollback: null, waves: run.waves.map(cancelWave), tiers: tiersOf(run) };
}

export function cancelWave(wave: Wave): Wave {
  return wave.state === "pending" || wave.state === "running" ? { ...wave, state: "cancelled" } : wave;
}

/** Waves for every phase that waits and is in none that runs, behind those that ran; numbers go on. */
export function planRun(run: Run): Run {
  const kept = run.waves.filter((wave) => wave.state !== "pending");
  const running = new Set(kept.flatMap((wave) => (wave.state === "running" ? wave.phases : [])));
  const waiting = run.phases.filter((phase) => phase.state.kind === "queued" && !running.has(phase.ordinal));
  const planned = planWaves(waiting.map(toWavePhase), run.strategy?.maxParallel ?? 1);
  return { ...run, waves: [...kept, ...numbered(planned, kept.length)] };
}

function toWavePhase({ ordinal, tier, plan }: Phase) {
  return { ordinal, tier, dependsOn: plan.dependsOn, impacts: plan.impacts, priority: plan.priority };
}

function numbered(planned: readonly PlannedWave[], after: number): readonly Wave[] {
  return planned.map((wave, index) => ({ ...wave, number: after + index + 1, state: "pending", base: null }));
}

/** A phase whose dependency failed, or was itself left out for that, is left out with the reason; and so on, transitively. */
function skipDependents(run: Run): Run {
  const blocked = run.phases.find((phase) => phase.state.kind === "queued" && blockerOf(run, phase) !== undefined);
  if (blocked === undefined) return run;
  const blocker = blockerOf(run, blocked);
  const what = blocker?.state.kind === "failed" ? "failed" : "was left out";
  const reason = `phase ${blocker?.ordinal}, “${blocker?.plan.title}”, ${what}`;
  return skipDependents(withPhase(run, { ...blocked, state: { kind: "skipped", reason, cause: "dependency" } }));
}

function blockerOf(run: Run, phase: Phase): Phase | undefined {
  return run.phases.find(
    (other) => phase.plan.dependsOn.includes(other.ordinal) && hasEnded(other) && !isSatisfied(other),
  );
}

function closeWaves(run: Run): Run {
  const waves = run.waves.map((wave) => closeWave(wave, phasesOf(run, wave)));
  return waves.every((wave, index) => wave === run.waves[index]) ? run : { ...run, waves };
}

function closeWave(wave: Wave, phases: readonly Phase[]): Wave {
  const isOpen = wave.state === "pending" || wave.state === "running";
  if (!isOpen || !phases.every(hasEnded)) return wave;
  return { ...wave, state: waveEnd(wave, phases) };
}

function waveEnd(wave: Wave, phases: readonly Phase[]): WaveState {
  if (wave.state === "pending") return "cancelled";
  return phases.some((phase) => phase.state.kind === "failed") ? "failed" : "completed";
}

/** Starts the next wave once none runs, all its phases from one head; a held run starts nothing. */
function startWave(run: Run): Decision {
  if (isPaused(run)) return become(run);
  const running = run.waves.find((wave) => wave.state === "running");
  const wave = running ?? run.waves.find((other) => other.state === "pending");
  if (wave === undefined) return become(run);
  const waiting = phasesOf(run, wave).filter((phase) => phase.state.kind === "queued");
  const base = wave.base ?? headOf(run) ?? null;
  const waves = run.waves.map((other): Wave => (other === wave ? { ...wave, state: "running", base } : other));
  return waiting.reduce<Decision>(
    ({ run: now, intents }, phase) => {
      const next = phase.plan.audit === undefined ? build(now, phase) : readChange(now, phase);
      return become(next.run, ...intents, ...next.intents);
    },
    become(running === undefined ? { ...run, waves } : run),
  );
}

function phasesOf(run: Run, wave: Wave): readonly Phase[] {
  return wave.phases.flatMap((ordinal) => run.phases.find((phase) => phase.ordinal === ordinal) ?? []);
}

/**
 * One phase lands at a time. When the branch is free, the first in line has its turn: its commit is pushed, or, when the
 * head has moved since it was checked, it is checked again on the head as it is now.
 */
function giveTurn(run: Run): Decision {
  const holder = run.phases.find((phase) => phase.id === run.landing);
  if (holder !== undefined && ["checking", "auditing", "integrating"].includes(holder.state.kind)) return become(run);
  const next = run.phases.find((phase) => phase.state.kind === "integrating");
  if (next === undefined) return become(run.landing === null ? run : { ...run, landing: null });
  const taken = { ...run, landing: next.id };
  if (next.candidate?.base !== headOf(run)) return check(taken, next);
  return become(taken, { kind: "integrate_phase", runId: run.id, phaseId: next.id });
}

/** Tiers as their phases make them; the very same object where nothing has changed. */
export function tiersOf(run: Run): readonly Tier[] {
  const tiers = freshTiers(run).map((tier, index) => {
    const before = run.tiers[index];
    return before !== undefined && isSame(before, tier) ? before : tier;
  });
  return tiers.every((tier, index) => tier === run.tiers[index]) ? run.tiers : tiers;
}

function isSame(left: Tier, right: Tier): boolean {
  return (
    left.state === right.state &&
    left.cleanliness === right.cleanliness &&
    left.reasons.join("\n") === right.reasons.join("\n")
  );
}

function freshTiers(run: Run): readonly Tier[] {
  const titles = [...new Set(run.phases.map((phase) => phase.plan.tier))];
  return titles.map((title, index) => {
    const phases = run.phases.filter((phase) => phase.tier === index + 1);
    const state = tierState(phases);
    const judged = phases.every(hasEnded) && run.strategy !== null;
    const { cleanliness, reasons } =
      judged && run.strategy !== null
        ? tierCleanliness(phases, { strategy: run.strategy, agedKeys: run.agedFindings })
        : { cleanliness: null, reasons: [] };
    return { ordinal: index + 1, title, state, cleanliness, reasons };
  });
}

function tierState(phases: readonly Phase[]): TierState {
  if (phases.every((phase) => phase.state.kind === "queued")) return "pending";
  if (!phases.every(hasEnded)) return "in_progress";
  if (phases.some((phase) => phase.state.kind === "failed")) return "failed";
  return phases.every((phase) => phase.state.kind === "skipped" && phase.state.cause !== "split")
    ? "skipped"
    : "complete";
}

/** Every phase has ended: the run fails by what failed first, has changed nothing, or goes to verification. */
function endBuilding(run: Run): Decision {
  const failed = run.phases.filter((phase) => phase.state.kind === "failed");
  const [first] = failed;
  if (first?.state.kind === "failed") {
    const message = failed.map((phase) => failureLine(phase)).join("\n");
    return become({ ...run, state: { kind: "failed", reason: first.state.cause, message, problems: [] } });
  }
  if (!run.phases.some((phase) => phase.state.kind === "complete") && (run.head === null || run.head === run.base?.sha))
    return become({ ...run, state: { kind: "no_changes" } });
  const audit = finalAudit(run);
  if (audit !== null) return schedule(planRun({ ...run, phases: [...run.phases, audit] }));
  return become({ ...run, state: { kind: "verifying" } }, { kind: "verify_run", runId: run.id });
}

function failureLine({ ordinal, plan, state }: Phase): string {
  return `Phase ${ordinal}, “${plan.title}”: ${state.kind === "failed" ? state.reason : ""}`;
}
