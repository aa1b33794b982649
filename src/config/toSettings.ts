import { NO_PROMPT_OVERRIDES } from "../domain/promptOverrides.ts";
import { plainLine } from "../domain/plainText.ts";
import type { AwaitedCheck } from "../domain/awaitedCheck.ts";
import type { AgentSettings, PromotionSettings, Settings, Step } from "../domain/settings.ts";
import type { AgentConfig, Config, ProfileStepConfig, StepConfig } from "./configSchema.ts";
import { auditorCandidates } from "./auditorCandidates.ts";
import { toGates } from "./gatesSchema.ts";
import { toSetup } from "./sandboxSchema.ts";
import { toModel } from "./modelName.ts";
import { toOverrides } from "./toOverrides.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE_MS = 60_000;
const MAX_STEP_NAME_LENGTH = 80;
const DEFAULT_STEP_SECONDS = 60;

/** A valid configuration in the units and words of the domain. */
export function toSettings(config: Config, defaultBranch: string): Settings {
  const { agents, audit, backlog, ci, paths, promotion } = config;
  return {
    baseBranch: config.base_branch ?? defaultBranch,
    builder: toAgent(agents.builder),
    planner: toOptionalAgent(agents.planner),
    ...auditorsOf(config),
    investigator: toOptionalAgent(agents.investigator),
    fallbackBuilder: toOptionalAgent(agents.fallback_builder),
    alternatives: Object.fromEntries(
      Object.entries(agents.alternatives).map(([name, agent]) => [name, toAgent(agent)]),
    ),
    finalAudit: audit.final,
    minCatchRate: audit.min_catch_rate ?? null,
    auditRounds: audit.rounds,
    reviewRounds: config.reviews.rounds,
    closeGraceMs: config.triggers.close_grace_minutes * MINUTE_MS,
    planApproval: config.plan.approval,
    minReadiness: config.plan.min_readiness,
    preflight: config.preflight.map(toStep),
    ci: commandsOf(ci.normal),
    ciStrict: commandsOf(ci.strict),
    ciChecks: checksOf(ci.normal),
    ciStrictChecks: checksOf(ci.strict),
    install: config.install.map(toStep),
    ...toSetup(config.sandbox, toStep),
    paths: {
      protected: [...paths.protected, ...agentPrograms(agents)],
      allowed: paths.allowed ?? null,
      generated: paths.generated,
      maxFileBytes: paths.max_file_kb * KIB,
      maxFiles: paths.max_files,
      maxChangedLines: paths.max_changed_lines,
    },
    gates: toGates(config.gates),
    // Read from files of their own, see `readPromptOverrides`.
    prompts: NO_PROMPT_OVERRIDES,
    strategy: toOverrides(config),
    backlog: { cleanUp: backlog.clean_up },
    promotion: {
      approvals: promotion.approvals,
      merge: mergeOf(promotion.auto_merge),
      ready: promotion.ready,
      method: promotion.method,
    },
    bareCommands: config.commands.bare,
  };
}

/**
 * Files of the repository that the agents' command lines name. A Builder that could edit the Auditor's program would
 * write its own verdicts.
 */
function agentPrograms(agents: Config["agents"]): readonly string[] {
  const { alternatives, ...usual } = agents;
  const lines = [...Object.values(usual), ...Object.values(alternatives)].flatMap((agent) => agent?.command ?? []);
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

/**
 * Who judges: the Auditor that is named, or an agent that is configured for something else, as long as it is not of the very
 * backend and model that builds.
 */
function auditorsOf({ agents, audit }: Config): Pick<Settings, "auditor" | "otherAuditors"> {
  if (audit.required === false) return { auditor: null, otherAuditors: [] };
  if (agents.auditor !== undefined) return { auditor: toAgent(agents.auditor), otherAuditors: [] };
  const [auditor = null, ...otherAuditors] = auditorCandidates(agents).map(toAgent);
  return { auditor, otherAuditors };
}

function toAgent({ backend, model, failover, command = [], env, limits }: AgentConfig): AgentSettings {
  return {
    backend,
    model: model === undefined ? null : toModel(model, backend),
    failover: failover.map((name) => toModel(name, backend)),
    command: typeof command === "string" ? ["sh", "-c", command] : command,
    env,
    limits: {
      attempts: limits.attempts ?? null,
      timeoutMs: limits.seconds === undefined ? null : limits.seconds * 1000,
      memoryBytes: limits.memory_mb * MIB,
      processes: limits.processes,
      outputBytes: limits.output_mb * MIB,
      diskBytes: limits.disk_mb * MIB,
      turns: limits.turns ?? null,
    },
  };
}

function mergeOf(autoMerge: Config["promotion"]["auto_merge"]): PromotionSettings["merge"] {
  if (typeof autoMerge === "string") return autoMerge;
  return autoMerge ? "autopack" : "people";
}

function commandsOf(steps: readonly ProfileStepConfig[]): readonly Step[] {
  return steps.flatMap((step) => (typeof step === "object" && "check" in step ? [] : [toStep(step)]));
}

function checksOf(steps: readonly ProfileStepConfig[]): readonly AwaitedCheck[] {
  return steps.flatMap((step) =>
    typeof step === "object" && "check" in step
      ? [
          {
            check: step.check,
            timeoutMs: step.timeout_minutes * MINUTE_MS,
            startWithinMs: step.start_within_minutes * MINUTE_MS,
          },
        ]
      : [],
  );
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
