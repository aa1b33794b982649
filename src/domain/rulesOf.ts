import type { AttemptRole } from "./attempt.ts";
import type { Phase } from "./phase.ts";
import type { Run } from "./run.ts";
import type { AgentSettings, Settings } from "./settings.ts";
import { attemptLimits } from "./strategy/attemptLimits.ts";
import type { AttemptLimits } from "./strategy/attemptLimits.ts";
import { phaseRules } from "./strategy/phaseRules.ts";
import type { PhaseFacts } from "./strategy/phaseRules.ts";
import type { PhaseRules, Strategy } from "./strategy/strategy.ts";

/** What a phase is held to, by the category it counts as now. Only a planned run has rules. */
export function rulesOf(run: Run, phase: Phase): PhaseRules {
  return phaseRules(strategyOf(run), factsOf(phase));
}

export function strategyOf({ id, strategy }: Run): Strategy {
  if (strategy === null) throw new Error(`run ${id} has no strategy: it has not been planned`);
  return strategy;
}

/** Whether a phase may land only with an Auditor's approval. Never where the repository has switched audits off. */
export function needsAudit(run: Run, phase: Phase): boolean {
  if (run.settings === null || run.settings.auditor === null) return false;
  return strategyOf(run).auditEveryPhase || !rulesOf(run, phase).mayLandUnaudited;
}

/** The agent that does a phase's attempts in a role; null where the configuration has none. */
export function agentOf({ settings }: Run, phase: Phase, role: AttemptRole): AgentSettings | null {
  if (settings === null) return null;
  switch (role) {
    case "planner":
      return settings.planner;
    case "builder":
      return phase.usesFallback ? (settings.fallbackBuilder ?? settings.builder) : settings.builder;
    case "auditor":
      return auditorOf(settings, phase);
    case "investigator":
      return settings.investigator;
  }
}

/** Not the very agent that built it, where there is a choice. */
function auditorOf(settings: Settings, phase: Phase): AgentSettings | null {
  const { auditor, otherAuditors, builder, fallbackBuilder } = settings;
  const builtBy = phase.usesFallback ? (fallbackBuilder ?? builder) : builder;
  const choice = auditor === null ? [] : [auditor, ...otherAuditors];
  return choice.find((agent) => !isSameAgent(agent, builtBy)) ?? auditor;
}

/** The same program asking the same model. */
function isSameAgent(left: AgentSettings, right: AgentSettings): boolean {
  return (
    left.backend === right.backend &&
    left.model?.provider === right.model?.provider &&
    left.model?.model === right.model?.model &&
    left.command.join("\0") === right.command.join("\0")
  );
}

/** Attempts, turns and seconds of a phase's agent in a role. */
export function limitsOf(run: Run, phase: Phase, role: AttemptRole): AttemptLimits {
  const limits = agentOf(run, phase, role)?.limits ?? { attempts: null, timeoutMs: null, turns: null };
  return attemptLimits(role, { strategy: strategyOf(run), phase: factsOf(phase), limits });
}

function factsOf(phase: Phase): PhaseFacts {
  return { ...phase.plan, category: phase.category };
}
