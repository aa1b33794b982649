import type { AwaitedCheck } from "./awaitedCheck.ts";
import type { StrategyOverrides } from "./strategy/overrides.ts";

/** One command of preflight or of a CI profile, run by `sh -c` in the sandbox. */
export interface Step {
  readonly name: string;
  readonly run: string;
  readonly timeoutMs: number;
  /** Known to fail now and then: preflight tries it up to three times. */
  readonly flaky: boolean;
}

/** How an agent of one role is run. */
export interface AgentSettings {
  readonly backend: "command";
  /** Program and arguments, started in the checkout. */
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

/** A repository's configuration as one run uses it: parsed, defaulted and frozen when the run is planned. */
export interface Settings {
  readonly baseBranch: string;
  readonly builder: AgentSettings;
  /** Null only where the repository switched audits off in so many words. */
  readonly auditor: AgentSettings | null;
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
  readonly paths: PathSettings;
  readonly strategy: StrategyOverrides;
  readonly backlog: { readonly cleanUp: boolean };
  readonly promotion: PromotionSettings;
  /** Accept `/retry` for `/autopack retry` on a run's own pull request. */
  readonly bareCommands: boolean;
}
