import type { ValidatorResult } from "../../domain/acceptance/acceptance.ts";
import type { Finding } from "../../domain/finding.ts";
import type { ArtifactId } from "../../domain/ids.ts";

/** A finding of a validator. A severity of null is that of the validator: what fails the gate is major. */
export interface Observation extends Omit<Finding, "severity"> {
  readonly severity: Finding["severity"] | null;
}

/** What one validator came to. */
export interface Judgement extends Pick<ValidatorResult, "verdict" | "score" | "expected" | "got" | "log"> {
  readonly observations: readonly Observation[];
  /** Test cases that are new with the change, where two reports show it. */
  readonly newCases?: number;
}

/** What was judged against, and the log of it. */
interface Ground {
  readonly expected: string;
  readonly log?: ArtifactId | null;
  readonly newCases?: number;
}

export function passed(
  ground: Ground,
  got: string,
  observations: readonly Observation[] = [],
): Judgement & { readonly verdict: "passed" } {
  return { verdict: "passed", score: 1, log: null, ...ground, got, observations };
}

/** `score`: how much of it passed all the same, from 0 to 1. */
export function failed(
  ground: Ground & { readonly score?: number },
  got: string,
  observations: readonly Observation[],
): Judgement {
  return { verdict: "failed", score: 0, log: null, ...ground, got, observations };
}

/** Nothing was judged; `got` says why. */
export function unjudged(ground: Ground, got: string): Judgement {
  return { verdict: "error", score: 0, log: null, ...ground, got, observations: [] };
}

/** A finding about the change as a whole. */
export function observation(
  source: Finding["source"],
  title: string,
  more: Partial<Pick<Observation, "detail" | "path" | "lines" | "severity">> = {},
): Observation {
  return { severity: null, source, title, detail: "", path: null, lines: null, ...more };
}

const MAX_NAMES = 5;

/** The first few of many names. */
export function someOf(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? [`and ${names.length - MAX_NAMES} more`] : [];
  return [...names.slice(0, MAX_NAMES), ...more].join(", ");
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
