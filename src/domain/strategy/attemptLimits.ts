import type { AttemptRole } from "../attempt.ts";
import type { AgentLimits } from "../settings.ts";
import { attemptSize } from "./attemptSize.ts";
import type { AttemptSize } from "./attemptSize.ts";
import { phaseRules } from "./phaseRules.ts";
import type { PhaseFacts } from "./phaseRules.ts";
import type { PhaseRules, Strategy } from "./strategy.ts";

/** An investigator that crashed is started once more; how often one is asked at all is another matter. */
const INVESTIGATOR_ATTEMPTS = 2;

/** A plan that does not hold is sent back twice with what is wrong with it. */
const PLANNER_ATTEMPTS = 3;

/** What holds for the attempts of one role. `attempts`: in all, the first included. */
export interface AttemptLimits extends AttemptSize {
  readonly attempts: number;
}

/**
 * The limits of a phase's attempts in a role: what the agent's configuration says, else the category's and the task
 * type's, and never more than the strategy's caps of an attempt and the operator's ceilings.
 *
 * `limits` are those of the agent that is going to be started; the fallback Builder has its own.
 */
export function attemptLimits(
  role: AttemptRole,
  {
    strategy,
    phase,
    limits,
  }: {
    readonly strategy: Pick<Strategy, "categories" | "aliases" | "budgets" | "ceilings" | "investigator">;
    readonly phase: PhaseFacts;
    readonly limits: Pick<AgentLimits, "attempts" | "timeoutMs" | "turns">;
  },
): AttemptLimits {
  const rules = phaseRules(strategy, phase);
  const size = sizeOf(role, phase, { rules, strategy });
  const cap = strategy.budgets.attempt;
  const seconds = limits.timeoutMs === null ? size.seconds : limits.timeoutMs / 1000;
  return {
    attempts: Math.min(limits.attempts ?? attemptsOf(role, rules), strategy.ceilings.attempts ?? Infinity),
    turns: Math.min(limits.turns ?? size.turns, cap.turns ?? Infinity),
    seconds: Math.min(seconds, cap.seconds ?? Infinity),
  };
}

function attemptsOf(role: AttemptRole, { attempts }: PhaseRules): number {
  switch (role) {
    case "planner":
      return PLANNER_ATTEMPTS;
    case "builder":
      return attempts.builder;
    case "auditor":
      return attempts.auditor;
    case "investigator":
      return INVESTIGATOR_ATTEMPTS;
  }
}

function sizeOf(
  role: AttemptRole,
  phase: PhaseFacts,
  { rules, strategy }: { readonly rules: PhaseRules; readonly strategy: Pick<Strategy, "investigator"> },
): AttemptSize {
  switch (role) {
    case "planner":
      return attemptSize("custom", phase);
    case "builder":
      return rules;
    case "auditor":
      return attemptSize("audit", phase);
    case "investigator": {
      const { turns = Infinity, seconds = Infinity } = strategy.investigator;
      const size = attemptSize("custom", phase);
      return { turns: Math.min(size.turns, turns), seconds: Math.min(size.seconds, seconds) };
    }
  }
}
