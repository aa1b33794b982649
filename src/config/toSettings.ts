import { plainLine } from "../domain/plainText.ts";
import type { AgentSettings, Settings, Step } from "../domain/settings.ts";
import type { AgentConfig, Config, StepConfig } from "./configSchema.ts";
import { toOverrides } from "./toOverrides.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const MAX_STEP_NAME_LENGTH = 80;
const DEFAULT_STEP_SECONDS = 60;

/** A valid configuration in the units and words of the domain. */
export function toSettings(config: Config, defaultBranch: string): Settings {
  const { agents, audit, backlog, ci, paths, promotion } = config;
  return {
    baseBranch: config.base_branch ?? defaultBranch,
    builder: toAgent(agents.builder),
    auditor: audit.required === false ? null : toOptionalAgent(agents.auditor),
    investigator: toOptionalAgent(agents.investigator),
    fallbackBuilder: toOptionalAgent(agents.fallback_builder),
    auditRounds: audit.rounds,
    planApproval: config.plan.approval,
    minReadiness: config.plan.min_readiness,
    preflight: config.preflight.map(toStep),
    ci: ci.normal.map(toStep),
    ciStrict: ci.strict.map(toStep),
    install: config.install.map(toStep),
    paths: {
      protected: [...paths.protected, ...agentPrograms(agents)],
      allowed: paths.allowed ?? null,
      generated: paths.generated,
      maxFileBytes: paths.max_file_kb * KIB,
      maxFiles: paths.max_files,
      maxChangedLines: paths.max_changed_lines,
    },
    strategy: toOverrides(config),
    backlog: { cleanUp: backlog.clean_up },
    promotion: { approvals: promotion.approvals, autoMerge: promotion.auto_merge, method: promotion.method },
    bareCommands: config.commands.bare,
  };
}

/**
 * Files of the repository that the agents' command lines name. A Builder that could edit the Auditor's program would
 * write its own verdicts.
 */
function agentPrograms(agents: Config["agents"]): readonly string[] {
  const lines = Object.values(agents).flatMap((agent) => agent?.command ?? []);
  // A program given inline (`node -e …`) names files it works on, not files it is made of.
  const words = lines.filter((line) => !/[{\n]/.test(line)).flatMap((line) => line.split(/\s+/));
  return [...new Set(words.map((word) => word.replace(/^\.\//, "")).filter(isRelativeFile))];
}

function isRelativeFile(word: string): boolean {
  return /^[\w@][\w@.-]*(\/[\w@.-]+)*$/.test(word) && /[/.]/.test(word);
}

function toOptionalAgent(agent: AgentConfig | undefined): AgentSettings | null {
  return agent === undefined ? null : toAgent(agent);
}

function toAgent({ backend, command, env, limits }: AgentConfig): AgentSettings {
  return {
    backend,
    command: typeof command === "string" ? ["sh", "-c", command] : command,
    env,
    limits: {
      attempts: limits.attempts ?? null,
      timeoutMs: limits.seconds === undefined ? null : limits.seconds * 1000,
      memoryBytes: limits.memory_mb * MIB,
      processes: limits.processes,
      outputBytes: limits.output_mb * MIB,
    },
  };
}

function toStep(step: StepConfig): Step {
  const run = typeof step === "string" ? step : step.run;
  const seconds = typeof step === "string" ? DEFAULT_STEP_SECONDS : step.timeout_seconds;
  const name = typeof step === "string" ? undefined : step.name;
  const flaky = typeof step === "string" ? false : step.flaky;
  return { name: plainLine(name ?? firstLine(run), MAX_STEP_NAME_LENGTH), run, timeoutMs: seconds * 1000, flaky };
}

function firstLine(text: string): string {
  return text.split("\n").find((line) => line.trim() !== "") ?? text;
}
