import type { AcceptanceSpec, RetryPolicy, Validator } from "../domain/acceptance/acceptance.ts";
import { TEST_GLOBS } from "../domain/acceptance/testFiles.ts";
import { plainLine } from "../domain/plainText.ts";
import type { AcceptanceBlock, ValidatorBlock } from "./acceptanceSchema.ts";

const MAX_NAME_LENGTH = 80;
const TEST_SECONDS = 60;

/** How the plan wants a phase judged, in the words of the domain; null when it asks for nothing more than the gates. */
export function acceptanceSpec(block: AcceptanceBlock): AcceptanceSpec | null {
  if (block.validators === undefined) return null;
  return {
    gateMode: block.gate ?? "all_pass",
    minScore: block.min_score ?? 1,
    validators: numbered(block.validators.map(toValidator)),
    retry: toRetry(block.retry),
    useFallback: block.fallback ?? true,
  };
}

function toRetry(retry: AcceptanceBlock["retry"]): RetryPolicy | null {
  if (retry === undefined) return null;
  return { kind: retry.policy, maxRetries: retry.max_retries ?? (retry.policy === "none" ? 0 : 1) };
}

/** Names tell results apart, so the second “npm test” becomes “npm test (2)”. */
function numbered(validators: readonly Validator[]): readonly Validator[] {
  const taken = new Set<string>();
  return validators.map((validator) => {
    let name = validator.name;
    for (let count = 2; taken.has(name); count += 1)
      name = `${plainLine(validator.name, MAX_NAME_LENGTH - 5)} (${count})`;
    taken.add(name);
    return { ...validator, name };
  });
}

type FullBlock = Exclude<ValidatorBlock, string>;

function toValidator(block: ValidatorBlock): Validator {
  if (typeof block === "string") {
    const command = { command: block, expectedExit: 0, timeoutMs: TEST_SECONDS * 1000, report: null };
    return { type: "test_pass", name: firstLine(block), weight: 1, required: false, ...command };
  }
  const { weight, required } = block;
  return { name: plainLine(block.name ?? defaultName(block), MAX_NAME_LENGTH), weight, required, ...ownPart(block) };
}

type Own<V> = V extends Validator ? Omit<V, "name" | "weight" | "required"> : never;

function ownPart(block: FullBlock): Own<Validator> {
  switch (block.type) {
    case "test_pass":
    case "lint_clean":
      return {
        type: block.type,
        ...commandOf(block),
        expectedExit: block.expected_exit,
        report: block.report ?? null,
      };
    case "file_exists":
      return { type: block.type, path: block.path, mustExist: block.must_exist };
    case "forbidden_patterns":
      return { type: block.type, patterns: block.patterns, in: [...new Set(block.in)] };
    case "test_enforcement":
      return { type: block.type, minTests: block.min_tests, globs: block.globs ?? TEST_GLOBS };
    case "fail_to_pass":
      return {
        type: block.type,
        ...commandOf(block),
        tests: block.tests,
        globs: block.globs ?? TEST_GLOBS,
        report: block.report ?? null,
      };
    case "no_regression":
      return { type: block.type, ...commandOf(block), report: block.report ?? null };
    case "custom":
      return { type: block.type, ...commandOf(block) };
  }
}

function commandOf(block: { readonly command: string; readonly timeout_seconds: number }) {
  return { command: block.command, timeoutMs: block.timeout_seconds * 1000 };
}

function defaultName(block: FullBlock): string {
  switch (block.type) {
    case "file_exists":
      return `${block.path} ${block.must_exist ? "exists" : "is gone"}`;
    case "forbidden_patterns":
    case "test_enforcement":
    case "fail_to_pass":
    case "no_regression":
      return block.type.replaceAll("_", " ");
    case "test_pass":
    case "lint_clean":
    case "custom":
      return firstLine(block.command);
  }
}

function firstLine(command: string): string {
  return plainLine(command.split("\n").find((line) => line.trim() !== "") ?? command, MAX_NAME_LENGTH);
}
