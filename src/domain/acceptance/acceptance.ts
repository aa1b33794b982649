import type { Finding } from "../finding.ts";
import type { ArtifactId } from "../ids.ts";

interface ValidatorBase {
  /** Shown; unique in its spec. */
  readonly name: string;
  readonly weight: number;
  /** Failing it fails the gate in every mode. */
  readonly required: boolean;
}

/** One way to judge a result. Commands are run by `sh -c` in the sandbox, on a clean tree that holds the change. */
export type Validator = ValidatorBase &
  (
    | {
        readonly type: "test_pass" | "lint_clean";
        readonly command: string;
        readonly expectedExit: number;
        readonly timeoutMs: number;
        /** Path or glob of JUnit XML or TAP that the command leaves; null: exit codes only. */
        readonly report: string | null;
      }
    | { readonly type: "file_exists"; readonly path: string; readonly mustExist: boolean }
    | {
        readonly type: "forbidden_patterns";
        /** JavaScript regular expressions without flags. */
        readonly patterns: readonly string[];
        readonly in: readonly ("changed_lines" | "events")[];
      }
    /** `globs` say which files hold tests. */
    | { readonly type: "test_enforcement"; readonly minTests: number; readonly globs: readonly string[] }
    | {
        readonly type: "fail_to_pass";
        readonly command: string;
        readonly timeoutMs: number;
        /** Test names, which need a report; empty: found by running the new and changed tests on the base. */
        readonly tests: readonly string[];
        /** Which files hold tests, and go onto the base. */
        readonly globs: readonly string[];
        readonly report: string | null;
      }
    | {
        readonly type: "no_regression";
        readonly command: string;
        readonly timeoutMs: number;
        readonly report: string | null;
      }
    /** Prints its verdict as JSON. */
    | { readonly type: "custom"; readonly command: string; readonly timeoutMs: number }
  );

export type ValidatorType = Validator["type"];
export type GateMode = "all_pass" | "any_pass" | "weighted";

export interface RetryPolicy {
  readonly kind: "none" | "fixed" | "exponential";
  /** Failed acceptances that are built again before the fallback agent, if there is one, has its turn. */
  readonly maxRetries: number;
}

/** How the result of a phase is judged. Immutable once used. */
export interface AcceptanceSpec {
  readonly gateMode: GateMode;
  /** From 0 to 1; counts in `weighted` mode. */
  readonly minScore: number;
  /** Never empty. */
  readonly validators: readonly Validator[];
  /** Null: what the phase's category allows. */
  readonly retry: RetryPolicy | null;
  /** Whether the fallback Builder has its turn when the retries are used up. */
  readonly useFallback: boolean;
}

export interface ValidatorResult {
  readonly name: string;
  readonly type: ValidatorType;
  readonly verdict: "passed" | "failed" | "error";
  /** From 0 to 1. */
  readonly score: number;
  readonly weight: number;
  readonly required: boolean;
  readonly expected: string;
  readonly got: string;
  readonly log: ArtifactId | null;
  readonly durationMs: number;
}

/** What an acceptance spec says of one tree. */
export interface AcceptanceResult {
  readonly verdict: "passed" | "failed" | "error";
  readonly score: number;
  /** One line. */
  readonly reason: string;
  readonly results: readonly ValidatorResult[];
  readonly findings: readonly Finding[];
}
