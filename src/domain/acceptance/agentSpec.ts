import type { AttemptRole } from "../attempt.ts";
import type { AgentLimits, AgentSettings, ModelRef } from "../settings.ts";
import type { PhaseRules } from "../strategy/strategy.ts";

/** How an attempt is to be done. Immutable once used, so it holds all that could make a difference. */
export interface AgentSpec {
  readonly role: AttemptRole;
  readonly category: string;
  readonly backend: AgentSettings["backend"];
  /** Null for an agent that asks no model through the gateway. */
  readonly model: ModelRef | null;
  readonly failover: readonly ModelRef[];
  readonly command: readonly string[];
  /** In the open: it comes from a file that everybody who sees the repository can read. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: AgentLimits;
  readonly turns: number;
  readonly seconds: number;
  /** The Builder's mode, or the Auditor's profile; null where there is none. */
  readonly manner: string | null;
  /** Of the instructions that are written around the task. */
  readonly promptVersion: string;
}

export interface AgentSpecFacts {
  readonly role: AttemptRole;
  readonly settings: AgentSettings;
  readonly rules: PhaseRules;
  readonly promptVersion: string;
}

/** The spec of an attempt, and the name under which its versions are counted: `builder/docs`. */
export function agentSpecOf({ role, settings, rules, promptVersion }: AgentSpecFacts): {
  readonly name: string;
  readonly content: AgentSpec;
} {
  const { backend, model, failover, command, env, limits } = settings;
  const { category, turns, seconds } = rules;
  const content = { role, category, backend, model, failover, command, env, limits, turns, seconds, promptVersion };
  return { name: `${role}/${category}`, content: { ...content, manner: mannerOf(role, rules) } };
}

function mannerOf(role: AttemptRole, { builderMode, auditorProfile }: PhaseRules): string | null {
  switch (role) {
    case "builder":
      return builderMode;
    case "auditor":
      return auditorProfile;
    case "planner":
    case "investigator":
      return null;
  }
}
