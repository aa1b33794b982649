import type { PlannedPhase } from "../plan.ts";
import type { TaskType } from "./strategy.ts";

/** What one attempt may take. */
export interface AttemptSize {
  readonly turns: number;
  readonly seconds: number;
}

export const TASK_SIZES: Readonly<Record<TaskType, AttemptSize>> = {
  coding: { turns: 50, seconds: 1800 },
  testing: { turns: 30, seconds: 600 },
  documentation: { turns: 25, seconds: 900 },
  refactoring: { turns: 40, seconds: 1200 },
  audit: { turns: 20, seconds: 600 },
  custom: { turns: 30, seconds: 900 },
};

const TURNS = { min: 5, max: 200 };
const SECONDS = { min: 60, max: 7200 };
/** At least so much, and then so many times the usual; the largest first. */
const BY_CHARACTERS: readonly Threshold[] = [
  [5000, 1.6],
  [2000, 1.4],
  [1000, 1.2],
];
const BY_STEPS: readonly Threshold[] = [
  [20, 1.5],
  [10, 1.3],
  [5, 1.15],
];
type Threshold = readonly [atLeast: number, factor: number];

/** An entry of a list in Markdown, with or without a box. */
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]/gm;

/** What there is to do, as a plan describes it. */
export type PhaseText = Pick<PlannedPhase, "instructions" | "acceptance">;

/** The usual size for the type of task, larger for long descriptions and many steps: the mean of both factors. */
export function attemptSize(type: TaskType, phase: PhaseText): AttemptSize {
  const { turns, seconds } = TASK_SIZES[type];
  const factor = (factorOf(phase.instructions.length, BY_CHARACTERS) + factorOf(stepsOf(phase), BY_STEPS)) / 2;
  return { turns: clamp(turns * factor, TURNS), seconds: clamp(seconds * factor, SECONDS) };
}

/** Criteria, or entries of lists in the instructions: whichever there are more of. */
function stepsOf({ instructions, acceptance }: PhaseText): number {
  return Math.max(acceptance.length, instructions.match(LIST_ITEM)?.length ?? 0);
}

function factorOf(amount: number, thresholds: readonly Threshold[]): number {
  return thresholds.find(([atLeast]) => amount >= atLeast)?.[1] ?? 1;
}

function clamp(value: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.min(max, Math.max(min, Math.round(value)));
}
