import { plainLine } from "../domain/plainText.ts";
import type { AgentSettings, Settings, Step } from "../domain/settings.ts";
import type { AgentConfig, Config, StepConfig } from "./configSchema.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const MAX_STEP_NAME_LENGTH = 80;
const DEFAULT_STEP_SECONDS = 60;

/** A valid configuration in the units and words of the domain. */
export function toSettings(config: Config, defaultBranch: string): Settings {
  const { agents, audit, paths, promotion } = config;
  return {
    baseBranch: config.base_branch ?? defaultBranch,
    builder: toAgent(agents.builder),
    auditor: audit.required && agents.auditor !== undefined ? toAgent(agents.auditor) : null,
    auditRounds: audit.rounds,
    planApproval: config.plan.approval,
    preflight: config.preflight.map(toStep),
    ci: config.ci.normal.map(toStep),
    paths: {
      protected: [...paths.protected, ...agentPrograms(agents)],
      allowed: paths.allowed ?? null,
      generated: paths.generated,
      maxFileBytes: paths.max_file_kb * KIB,
      maxFiles: paths.max_files,
      maxChangedLines: paths.max_changed_lines,
    },
    promotion: { approvals: promotion.approvals, autoMerge: promotion.auto_merge, method: promotion.method },
    bareCommands: config.commands.bare,
  };
}

/**
 * Files of the repository that the agents' command lines name. A Builder that could edit the Auditor's program would
 * write its own verdicts.
 */
function agentPrograms({ builder, auditor }: Config["agents"]): readonly string[] {
  const lines = [builder, auditor].flatMap((agent) => agent?.command ?? []);
  // A program given inline (`node -e …`) names files it works on, not files it is made of.
  const words = lines.filter((line) => !/[{\n]/.test(line)).flatMap((line) => line.split(/\s+/));
  return [...new Set(words.map((word) => word.replace(/^\.\//, "")).filter(isRelativeFile))];
}

function isRelativeFile(word: string): boolean {
  return /^[\w@][\w@.-]*(\/[\w@.-]+)*$/.test(word) && /[/.]/.test(word);
}

function toAgent({ backend, command, env, limits }: AgentConfig): AgentSettings {
  return {
    backend,
    command: typeof command === "string" ? ["sh", "-c", command] : command,
    env,
    limits: {
      attempts: limits.attempts,
      timeoutMs: limits.seconds * 1000,
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
  return { name: plainLine(name ?? firstLine(run), MAX_STEP_NAME_LENGTH), run, timeoutMs: seconds * 1000 };
}

function firstLine(text: string): string {
  return text.split("\n").find((line) => line.trim() !== "") ?? text;
}
