import type { GateSettings } from "../domain/settings.ts";

/** What the rules hold a change against, beside its text. */
export interface GateContext {
  readonly settings: GateSettings;
  /** The category is held to the strict profile: what usually warns may block. */
  readonly isStrict: boolean;
  /** What the plan says in words; people's requests for changes among it. */
  readonly planText: string;
  /** The change is held to the files below; not so what people ask for later, and what they push themselves. */
  readonly followsPlan: boolean;
  /** Paths and globs that the plan wrote out as what may be written. */
  readonly plannedFiles: readonly string[];
  /** Paths and globs that were predicted to be written. */
  readonly expectedFiles: readonly string[];
  /** Paths that a phase may write without having named them: lockfiles, snapshots. */
  readonly generated: readonly string[];
  /** Lockfiles that lie in the repository before the change. */
  readonly lockfiles: readonly string[];
}
