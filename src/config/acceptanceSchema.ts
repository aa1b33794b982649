import { z } from "zod";
import { MAX_PATTERN_LENGTH, patternFault } from "../domain/acceptance/patternFault.ts";
import { glob, plainText } from "./configSchema.ts";

const MAX_VALIDATORS = 20;
const MAX_PATTERNS = 50;
const MAX_TESTS = 200;

const common = {
  name: plainText(80).optional().describe("Shown with the result. Else made of the rest."),
  weight: z.number().min(0).max(1000).default(1).describe("How much its score counts with `gate: weighted`."),
  required: z.boolean().default(false).describe("Failing it fails the gate in every mode."),
};

const report = glob
  .optional()
  .describe("Path or glob of JUnit XML or TAP that the command leaves. Without: its exit code alone.");

const testGlobs = z
  .array(glob)
  .min(1)
  .max(50)
  .optional()
  .describe("Files that hold tests. Else the customs of JS, TS, Python, Go, Rust, Java.");

const pattern = plainText(MAX_PATTERN_LENGTH).superRefine((text, context) => {
  const fault = patternFault(text);
  if (fault !== null) context.addIssue({ code: "custom", message: fault });
});

/** What every validator that runs something has. */
function runs(timeoutSeconds: number) {
  return {
    command: plainText(8000).describe("Run by `sh -c` in the sandbox, on a clean checkout with the change."),
    timeout_seconds: z.int().min(1).max(3600).default(timeoutSeconds).describe("When it is killed."),
  };
}

function passes<Type extends "test_pass" | "lint_clean">(type: Type, timeoutSeconds: number) {
  return z.strictObject({
    type: z.literal(type),
    ...common,
    ...runs(timeoutSeconds),
    expected_exit: z.int().min(0).max(255).default(0).describe("The exit code that passes."),
    report,
  });
}

/** The validators in full, one schema a type. Also what the documentation is made of. */
export const validatorSchemas = [
  passes("test_pass", 60).describe("A command must succeed."),
  passes("lint_clean", 120).describe("The same for linters: what fails is a finding of static checks."),
  z
    .strictObject({
      type: z.literal("file_exists"),
      ...common,
      path: glob.describe("A file or folder, no glob. Links are not followed."),
      must_exist: z.boolean().default(true).describe("False: it must not be there."),
    })
    .describe("A path is there, or is not."),
  z
    .strictObject({
      type: z.literal("forbidden_patterns"),
      ...common,
      patterns: z
        .array(pattern)
        .min(1)
        .max(MAX_PATTERNS)
        .describe("JavaScript regular expressions without flags, for one line each."),
      in: z
        .array(z.enum(["changed_lines", "events"]))
        .min(1)
        .max(2)
        .default(["changed_lines"])
        .describe("Lines that the change adds, and/or history and output of the Builder's attempt."),
    })
    .describe("None of these may turn up."),
  z
    .strictObject({
      type: z.literal("test_enforcement"),
      ...common,
      min_tests: z
        .int()
        .min(1)
        .max(1000)
        .default(1)
        .describe("Test files with added lines, or new test cases where reports tell them."),
      globs: testGlobs,
    })
    .describe("The change must bring tests."),
  z
    .strictObject({
      type: z.literal("fail_to_pass"),
      ...common,
      ...runs(60),
      tests: z
        .array(plainText(600))
        .max(MAX_TESTS)
        .default([])
        .describe(
          "Tests that must fail without the change and pass with it; need `report`. Else found by running them.",
        ),
      globs: testGlobs,
      report,
    })
    .describe("Tests of the change fail on the code before it, and pass with it."),
  z
    .strictObject({ type: z.literal("no_regression"), ...common, ...runs(60), report })
    .describe("What passed on the base still passes."),
  z
    .strictObject({ type: z.literal("custom"), ...common, ...runs(60) })
    .describe("A command that prints its verdict as JSON."),
] as const;

const TYPES = validatorSchemas.map(({ shape }) => `\`${shape.type.value}\``).join(", ");

const validator = z
  .union([
    plainText(8000),
    z.discriminatedUnion("type", validatorSchemas, {
      error: ({ code }) => (code === "invalid_union" ? `must be one of ${TYPES}` : undefined),
    }),
  ])
  .meta({ title: "validator" });

/** The keys of a phase that say how its result is judged. */
export const acceptanceKeys = {
  validators: z
    .array(validator)
    .min(1)
    .max(MAX_VALIDATORS)
    .optional()
    .describe("How the result is judged beside the gates. A command line is short for `test_pass`; else as below."),
  gate: z
    .enum(["all_pass", "any_pass", "weighted"])
    .optional()
    .describe("What the validators must say together; `all_pass` unless said."),
  min_score: z.number().min(0).max(1).optional().describe("For `gate: weighted`: the least Σ weight·score / Σ weight."),
  retry: z
    .strictObject({
      policy: z
        .enum(["none", "fixed", "exponential"])
        .describe("How long to wait before building again: not at all, 1 s, or 1 s, 2 s, 4 s … up to 60 s."),
      max_retries: z.int().min(0).max(10).optional().describe("How often. `none` takes none, else 1 unless said."),
    })
    .optional()
    .describe("What follows when the validators are not content. Else what the category allows."),
  fallback: z
    .boolean()
    .optional()
    .describe("Whether the fallback Builder takes over in the end. `true` unless said, where there is one."),
};

const acceptance = z.object(acceptanceKeys);

export type AcceptanceBlock = z.output<typeof acceptance>;
export type ValidatorBlock = z.output<typeof validator>;
