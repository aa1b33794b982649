import type { Finding } from "../finding.ts";
import type { AcceptanceResult, AcceptanceSpec, Validator, ValidatorResult } from "./acceptance.ts";

/** Sums of weights are compared with the minimum score up to this much, so that rounding never decides. */
const EPSILON = 1e-9;

/**
 * Decides what results say together.
 *
 * A required validator that has not passed fails the gate in every mode, and one that gave no result counts as an error. What
 * is not accepted is `failed` when something failed, and `error` when things merely could not be judged. The score is Σ weight·score
 * / Σ weight in every mode; only `weighted` decides by it.
 */
export function judgeAcceptance(
  spec: AcceptanceSpec,
  results: readonly ValidatorResult[],
  findings: readonly Finding[] = [],
): AcceptanceResult {
  const all = spec.validators.map(
    (validator) => results.find(({ name }) => name === validator.name) ?? missing(validator),
  );
  const score = scoreOf(all);
  const open = all.filter(({ verdict }) => verdict !== "passed");
  const obstacle = obstacleOf(spec, all, score);
  return {
    verdict: obstacle === null ? "passed" : open.some(({ verdict }) => verdict === "failed") ? "failed" : "error",
    score,
    reason: obstacle ?? acceptedBecause(spec, all, score),
    results: all,
    findings,
  };
}

/** Why the gate stays shut, or null. */
function obstacleOf(spec: AcceptanceSpec, all: readonly ValidatorResult[], score: number): string | null {
  const open = all.filter(({ verdict }) => verdict !== "passed");
  const required = open.filter((result) => result.required);
  if (required.length > 0) return `required: ${listed(required)}`;
  switch (spec.gateMode) {
    case "all_pass":
      return open.length === 0 && all.length > 0 ? null : listed(open);
    case "any_pass":
      return open.length < all.length ? null : `none of ${all.length} passed: ${listed(open)}`;
    case "weighted":
      if (all.length > 0 && score + EPSILON >= spec.minScore) return null;
      return `scored ${shown(score)}, and ${shown(spec.minScore)} is needed: ${listed(open)}`;
  }
}

function acceptedBecause(
  { gateMode, minScore }: AcceptanceSpec,
  all: readonly ValidatorResult[],
  score: number,
): string {
  const passed = all.filter(({ verdict }) => verdict === "passed").length;
  const share = `${passed} of ${all.length} ${all.length === 1 ? "validator" : "validators"} passed`;
  return gateMode === "weighted" ? `scored ${shown(score)} of at least ${shown(minScore)}; ${share}` : share;
}

const MAX_LISTED = 5;

function listed(results: readonly ValidatorResult[]): string {
  const names = results
    .slice(0, MAX_LISTED)
    .map(({ name, verdict }) => `“${name}” ${verdict === "error" ? "could not be judged" : "failed"}`);
  const more = results.length > MAX_LISTED ? [`and ${results.length - MAX_LISTED} more`] : [];
  return results.length === 0 ? "nothing was judged" : [...names, ...more].join(", ");
}

/** Without any weight, all count the same. */
function scoreOf(results: readonly ValidatorResult[]): number {
  const weights = results.reduce((sum, { weight }) => sum + weight, 0);
  const shares = results.map((result) => (weights > 0 ? result.weight / weights : 1 / results.length));
  const score = results.reduce((sum, result, index) => sum + unit(result.score) * (shares[index] ?? 0), 0);
  return unit(score);
}

function unit(score: number): number {
  return Number.isNaN(score) ? 0 : Math.min(1, Math.max(0, score));
}

function shown(score: number): string {
  return String(Math.round(score * 1000) / 1000);
}

function missing({ name, type, weight, required }: Validator): ValidatorResult {
  const nothing = { expected: "a result", got: "none", log: null, durationMs: 0 };
  return { name, type, verdict: "error", score: 0, weight, required, ...nothing };
}
