import type { PlannedPhase } from "../plan.ts";
import { componentOf } from "./similarity.ts";
import { isTestFile } from "./testFiles.ts";

/** How well a planned phase is cut for an agent to do it unattended. */
export interface Readiness {
  /** Of 100. */
  readonly points: number;
  /** Enough of them. */
  readonly ready: boolean;
  /** What is missing, a sentence each, the most valuable first. */
  readonly missing: readonly string[];
}

interface Criterion {
  readonly points: number;
  readonly isMet: boolean;
  readonly missing: string;
}

/** From the domain rules. */
const READY_FROM = 70;
const MOST_FILES = 5;
const MOST_SECONDS = 3600;
/** A phase that reaches into more parts of the repository is more than one thing. */
const MOST_COMPONENTS = 3;

const TWO_THINGS = /;|\s(?:&|\+|and (?:also|then)|as well as|plus)\s|\band\b.*\band\b/i;

/** `seconds`: what the strategy gives an attempt of the phase. The points are those of the domain rules, all or nothing each. */
export function readiness(
  phase: Pick<PlannedPhase, "title" | "acceptance" | "spec" | "files" | "dependsOn">,
  { seconds }: { readonly seconds: number },
): Readiness {
  const criteria = criteriaOf(phase, seconds);
  const points = criteria.reduce((sum, { points: worth, isMet }) => sum + (isMet ? worth : 0), 0);
  const missing = criteria.filter(({ isMet }) => !isMet).toSorted((left, right) => right.points - left.points);
  return { points, ready: points >= READY_FROM, missing: missing.map((criterion) => criterion.missing) };
}

function criteriaOf(
  phase: Pick<PlannedPhase, "title" | "acceptance" | "spec" | "files" | "dependsOn">,
  seconds: number,
): readonly Criterion[] {
  const { title, acceptance, spec, files, dependsOn } = phase;
  return [
    {
      points: 15,
      isMet: !TWO_THINGS.test(title) && new Set(files.map(componentOf)).size <= MOST_COMPONENTS,
      missing: "Does more than one thing: split it, so that each phase has one concern.",
    },
    {
      points: 15,
      isMet: files.length > 0 && files.length <= MOST_FILES && !files.some(isUnbounded),
      missing: `Its files are not bounded: name at most ${MOST_FILES} under \`files\`, without \`**\`.`,
    },
    {
      points: 10,
      isMet: seconds <= MOST_SECONDS,
      missing: "Is likely to take more than an hour: make it smaller.",
    },
    {
      points: 25,
      isMet: spec !== null || files.some(isTestFile),
      missing: "Nothing tests it: give it a validator, or a test file under `files`.",
    },
    {
      points: 10,
      isMet: dependsOn.length === 0,
      missing: "Depends on other phases, so it waits for them.",
    },
    {
      points: 25,
      isMet: acceptance.length > 0 || spec !== null,
      missing: "Does not say when it is done: list what must be true under `acceptance`.",
    },
  ];
}

function isUnbounded(file: string): boolean {
  return file.includes("**") || file.endsWith("/");
}
