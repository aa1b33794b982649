import { z } from "zod";
import type { Plan, PlannedPhase, Problem } from "../domain/plan.ts";
import { plainLine } from "../domain/plainText.ts";
import type { Settings } from "../domain/settings.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import type { Triage } from "../domain/triage/triage.ts";
import { phaseReadiness, readinessFault } from "../domain/waves/planReadiness.ts";
import type { Readiness } from "../domain/waves/readiness.ts";
import { knownKeysOf } from "./knownKeys.ts";
import { pathRules } from "./pathRules.ts";
import { draftsOf } from "./planDrafts.ts";
import { toPlan } from "./planResult.ts";
import { phaseSchema, planKeys } from "./planSchema.ts";
import { block, jsonValue, junk, nowhere } from "./resultJson.ts";
import type { JunkResult } from "./resultJson.ts";
import { zodProblems } from "./zodProblems.ts";

const MAX_QUESTIONS = 5;
const MAX_QUESTION_LENGTH = 500;
const question = z.string().transform((text) => plainLine(text, MAX_QUESTION_LENGTH));
const reason = block.default("").describe("Why, for the people of the issue.");
const questions = z
  .array(question)
  .default([])
  .transform((all) => all.filter((text) => text !== "").slice(0, MAX_QUESTIONS))
  .describe("What its author would have to answer.");

const answer = z.discriminatedUnion("verdict", [
  z.object({
    verdict: z.literal("plan"),
    summary: block.default("").describe("What will be done, in a few sentences, for the people of the issue."),
    ...planKeys,
  }),
  z.object({ verdict: z.literal("too_vague"), reason, questions }),
  z.object({ verdict: z.literal("unsolvable"), reason, questions }),
  z.object({
    verdict: z.literal("duplicate"),
    reason,
    questions,
    duplicate_of: z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable().catch(null).default(null),
  }),
]);
const knownKeys = knownKeysOf(answer);

export type PlannerAnswer =
  /** `readiness`: of each phase, in the plan's order. */
  | {
      readonly kind: "plan";
      readonly plan: Plan;
      readonly readiness: readonly Readiness[];
      readonly summary: string;
    }
  | ({ readonly kind: "triage" } & Triage)
  /** It has a form, and something is wrong with it that its writer can mend. */
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] }
  | JunkResult;

export interface PlannerBasis {
  readonly strategy: Strategy;
  readonly settings: Settings;
}

/** The form of one phase as JSON Schema 2020-12, in one line. */
export function plannedPhaseSchema(): string {
  const { $schema: _, ...schema } = z.toJSONSchema(phaseSchema, { io: "input", unrepresentable: "any" });
  return JSON.stringify(schema);
}

/**
 * Reads what a planner made of an issue. Its plan has the vocabulary of a plan in an issue and is judged like one; beyond that,
 * every phase must say when it is done and what it touches, and touch nothing that no Builder may.
 */
export function readPlannerAnswer(text: string | null, basis: PlannerBasis): PlannerAnswer {
  if (text === null || text.trim() === "") return junk("The planner left no answer.");
  const json = jsonValue(text);
  if (json.kind === "junk") return json;
  const parsed = answer.safeParse(json.value);
  if (!parsed.success) {
    const source = { kind: "ok", value: json.value, positionOf: nowhere, positionOfKey: nowhere } as const;
    return invalid(zodProblems(parsed.error.issues, source, knownKeys));
  }
  const { data } = parsed;
  if (data.verdict === "plan") return readPlannedAnswer(data, basis);
  if (data.reason === "")
    return invalid([{ message: "`reason` is missing: say why, so that people know what would help." }]);
  const duplicateOf = data.verdict === "duplicate" ? data.duplicate_of : null;
  const { verdict, reason: why, questions: asked } = data;
  return { kind: "triage", verdict, reason: why, questions: asked, duplicateOf };
}

function readPlannedAnswer(
  data: Extract<z.output<typeof answer>, { verdict: "plan" }>,
  { strategy, settings }: PlannerBasis,
): PlannerAnswer {
  const made = draftsOf(data, { source: { positionOf: nowhere }, root: [] });
  if (!("drafts" in made)) return invalid(made);
  const planned = toPlan(made.drafts, {
    source: "planner",
    maxPhases: strategy.maxPhases,
    locate: () => ({ path: null, line: null, column: null }),
  });
  if (planned.kind === "refused") return { kind: "invalid", problems: planned.problems };
  const { plan } = planned;
  const faults = plan.phases.flatMap((phase) => phaseFaults(phase, settings).map((message) => ({ message })));
  if (faults.length > 0) return invalid(faults);
  const unready = readinessFault(plan, { strategy, settings });
  if (unready !== null) return { kind: "invalid", problems: unready.problems };
  const readiness = plan.phases.map((phase) => phaseReadiness(phase, { strategy, settings }));
  return { kind: "plan", plan, readiness, summary: data.summary };
}

/** What no Builder could do, or nobody could judge: found here, it costs a repair; found later, whole attempts. */
function phaseFaults({ title, files, acceptance, instructions }: PlannedPhase, settings: Settings): readonly string[] {
  const name = `The phase “${title}”`;
  const rules = pathRules(settings.paths, files);
  const plain = files.filter((file) => !/[*?[{]/.test(file));
  return [
    ...(instructions === "" ? [`${name} has no \`instructions\`.`] : []),
    ...(acceptance.length === 0 ? [`${name} has no \`acceptance\`: list what is true when it is done.`] : []),
    ...(files.length === 0 ? [`${name} has no \`files\`: name what it changes.`] : []),
    ...plain
      .filter((file) => rules.isProtected(file))
      .map((file) => `${name} would change \`${file}\`, which is protected: no Builder may. Plan without it.`),
    ...plain
      .filter((file) => !rules.isProtected(file) && !rules.isAllowed(file))
      .map((file) => `${name} would change \`${file}\`, which is outside the paths that this repository allows.`),
  ];
}

function invalid(problems: readonly { readonly message: string }[]): PlannerAnswer {
  return {
    kind: "invalid",
    problems: problems.map(({ message }) => ({ path: null, line: null, column: null, message })),
  };
}

/** Problems shown to whoever mends them: the first ones usually explain the others. */
const MAX_SHOWN = 20;

/** What the next attempt is told of an answer that does not hold. */
export function repairFeedback(problems: readonly Problem[]): string {
  const lines = problems.slice(0, MAX_SHOWN).map(({ message }) => `- ${message}`);
  const more = problems.length > MAX_SHOWN ? [`- and ${problems.length - MAX_SHOWN} more`] : [];
  return [
    "Your last answer was not accepted. Give the whole answer again, with this put right:",
    ...lines,
    ...more,
  ].join("\n");
}
