import { plannedPhaseSchema } from "../config/plannerAnswer.ts";
import type { AttemptRole } from "../domain/attempt.ts";
import type { PromptOverrides } from "../domain/promptOverrides.ts";
import { composePrompt } from "./composePrompt.ts";
import { PLACEHOLDERS } from "./placeholders.ts";
import type { PlaceholdersOf } from "./placeholders.ts";
import { mannersOf } from "./promptPack.ts";

/** What stands in the place of a run's data, by role. */
const FACTS: Readonly<Record<AttemptRole, string>> = {
  planner: "the issue, comments, categories, checks, protected paths and files of the repository",
  builder: "the task, the issue, acceptance criteria, files, and what was wrong with the previous attempt",
  auditor: "the task, acceptance criteria, plan, gates, validators, findings, and the diff",
  investigator: "the task, plan, errors, changes of earlier attempts, findings, and the run's history",
};

/** The manner that is asked for, or the first one of the role; null where a role has none. @throws for one that it cannot have */
export function mannerOr(role: AttemptRole, asked: string | null): string | null {
  const [first = null, ...others] = mannersOf(role);
  if (asked === null) return first;
  if (first === null) throw new Error(`The ${role} has no modes.`);
  // An Auditor's profile may be the configuration's own.
  if (role === "auditor" || [first, ...others].includes(asked)) return asked;
  throw new Error(`The ${role} has no mode ${asked}; it has ${[first, ...others].join(", ")}.`);
}

/** A prompt with names in the places of a run's data. */
export function samplePrompt(order: {
  readonly role: AttemptRole;
  readonly manner: string | null;
  readonly overrides: PromptOverrides;
}): string {
  const { role } = order;
  const named = PLACEHOLDERS[role].map((name) => [name, `<${name}>`] as const);
  return composePrompt({
    ...order,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made from the very list that the type is made from
    placeholders: Object.fromEntries(named) as PlaceholdersOf<AttemptRole>,
    frame: { whole: order.manner === "final", resumed: false, phase_schema: plannedPhaseSchema() },
    facts: [`<Here stand, fenced as data: ${FACTS[role]}.>`],
  });
}
