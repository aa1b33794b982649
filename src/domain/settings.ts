import type { AwaitedCheck } from "./awaitedCheck.ts";
import type { RuleSet } from "./objection.ts";
import type { PromptOverrides } from "./promptOverrides.ts";
import type { StrategyOverrides } from "./strategy/overrides.ts";

/** One command of preflight or of a CI profile, run by `sh -c` in the sandbox. */
export interface Step {
  readonly name: string;
  readonly run: string;
  readonly timeoutMs: number;
  /** Known to fail now and then: preflight tries it up to three times. */
  readonly flaky: boolean;
}

/**
 * What can be an agent. `command`: any program. `acp`: any program that speaks the Agent Client Protocol. `external`: somebody
 * outside, who hands in results by the API. The others: coding agents that Autopack installs and starts itself.
 */
export const AGENT_BACKENDS = ["claude-code", "codex", "opencode", "gemini", "acp", "command", "external"] as const;
export type AgentBackend = (typeof AGENT_BACKENDS)[number];

/** A model as the operator's configuration of the model gateway knows it: `anthropic/claude-sonnet-4-5`. */
export interface ModelRef {
  readonly provider: string;
  readonly model: string;
}

/** How an agent of one role is run. */
export interface AgentSettings {
  readonly backend: AgentBackend;
  /** Null for an agent that asks no model through the gateway. */
  readonly model: ModelRef | null;
  /** Models that the gateway turns to, in this order, when the one before does not answer. */
  readonly failover: readonly ModelRef[];
  /** Program and arguments, started in the checkout. Empty for backends that Autopack knows how to start. */
  readonly command: readonly string[];
  /** Extra environment, on top of the sandbox's allow-list. Not for secrets: the repository can read it. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: AgentLimits;
}

export interface AgentLimits {
  /** Attempts in all, the first included, before the phase fails. Null: the category's. */
  readonly attempts: number | null;
  /** Null: the task type's. */
  readonly timeoutMs: number | null;
  readonly memoryBytes: number;
  readonly processes: number;
  readonly outputBytes: number;
  /** By how much the work tree and the private folders may grow on disk. */
  readonly diskBytes: number;
  /** Rounds with the model. Null: the task type's. */
  readonly turns: number | null;
}

/** Rules for what a Builder may change. Globs are relative to the repository's root. */
export interface PathSettings {
  /** Changing one of these needs a person. */
  readonly protected: readonly string[];
  /** Where set, nothing outside may change. */
  readonly allowed: readonly string[] | null;
  /** Exempt from the size limits: lockfiles, snapshots. */
  readonly generated: readonly string[];
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxChangedLines: number;
}

export interface PromotionSettings {
  /** Approvals by people (not the requester) that a merge needs, each bound to the head. */
  readonly approvals: number;
  /**
   * Who merges: people; Autopack as soon as nothing is missing, or when somebody types `/autopack promote`; GitHub's own
   * auto-merge; GitHub's merge queue.
   */
  readonly merge: "people" | "autopack" | "on_command" | "github" | "queue";
  /** When the draft mark comes off: as soon as nothing but approvals is missing, or at `/autopack promote`. */
  readonly ready: "auto" | "on_command";
  readonly method: "merge" | "squash" | "rebase";
}

/** What the deterministic rules may say of a change, and what they are told. */
export interface GateSettings {
  /** `warn`: what would block is a minor finding. `off`: nobody looks. */
  readonly levels: Readonly<Record<RuleSet, "block" | "warn" | "off">>;
  /** The header that new files of these globs begin with; null where the repository asks for none. */
  readonly licence: { readonly header: string; readonly files: readonly string[] } | null;
  /** What is no secret although it looks like one. */
  readonly secretsAllowed: { readonly fingerprints: readonly string[]; readonly files: readonly string[] };
}

/** How a checkout is made ready for agents and gates. */
export interface SetupSettings {
  readonly steps: readonly Step[];
  /** Null: the steps run in every checkout. */
  readonly cache: {
    /** What the steps make depends on these files, and on nothing else of the repository. */
    readonly keyFiles: readonly string[];
    /** What the steps make. Ignored by git. */
    readonly paths: readonly string[];
  } | null;
  /** Where set-up and install steps may go, as `parseEgressPattern` takes it, as far as the operator allows it. */
  readonly egress: readonly string[];
}

/** A repository's configuration as one run uses it: parsed, defaulted and frozen when the run is planned. */
export interface Settings {
  readonly baseBranch: string;
  readonly builder: AgentSettings;
  /** Writes the plan where the issue does not spell one out. Null: such an issue is one phase. */
  readonly planner: AgentSettings | null;
  /** Null only where the repository switched audits off in so many words. */
  readonly auditor: AgentSettings | null;
  /** Further Auditors, where none is named: one of them judges what the first one has built itself. */
  readonly otherAuditors: readonly AgentSettings[];
  /** Whether one more audit, of all that has landed, is made before the promotion. */
  readonly finalAudit: "auto" | "always" | "never";
  /** The part of seeded defects, from 0 to 1, that an Auditor must have caught to judge what is held strictly. Null: nothing is asked. */
  readonly minCatchRate: number | null;
  /** Looks into work that makes no progress. Without one, such a phase fails. */
  readonly investigator: AgentSettings | null;
  /** Takes over from the Builder when a phase's retries are used up. */
  readonly fallbackBuilder: AgentSettings | null;
  /** Builders to be chosen by name with `/autopack run agent=<name>`. */
  readonly alternatives: Readonly<Record<string, AgentSettings>>;
  /** How often an Auditor may ask for a revision of one phase. */
  readonly auditRounds: number;
  /** How often people may ask for changes of one run, by review or `/autopack fix`. */
  readonly reviewRounds: number;
  /** Between the closing of the issue and the end of its run. */
  readonly closeGraceMs: number;
  readonly planApproval: boolean;
  /** Points of 100 that every phase of a plan needs. 0: none. */
  readonly minReadiness: number;
  readonly preflight: readonly Step[];
  /** The `normal` CI profile. */
  readonly ci: readonly Step[];
  /** What the `strict` profile runs after the `normal` one. */
  readonly ciStrict: readonly Step[];
  /** Checks of the repository's own that the `normal` profile waits for on the integration head. */
  readonly ciChecks: readonly AwaitedCheck[];
  /** Those that the `strict` profile waits for beside them. */
  readonly ciStrictChecks: readonly AwaitedCheck[];
  /** Run before the next attempt when one failed for want of a dependency. */
  readonly install: readonly Step[];
  /** What every checkout is made ready with. Absent: nothing. */
  readonly setup?: SetupSettings;
  readonly paths: PathSettings;
  /** The repository's own words in prompts. */
  readonly prompts: PromptOverrides;
  readonly gates: GateSettings;
  readonly strategy: StrategyOverrides;
  readonly backlog: { readonly cleanUp: boolean };
  readonly promotion: PromotionSettings;
  /** Accept `/retry` for `/autopack retry` on a run's own pull request. */
  readonly bareCommands: boolean;
}
