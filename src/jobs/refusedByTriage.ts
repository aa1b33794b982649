import type { RunEvent } from "../domain/event.ts";
import type { BaseCommit } from "../domain/planned.ts";
import type { Triage } from "../domain/triage/triage.ts";

/** What the run of an issue that is not begun as it reads is told: why, and what its author is asked. */
export function refusedByTriage(triage: Triage, base: BaseCommit): Extract<RunEvent, { kind: "plan_refused" }> {
  const { verdict, reason, questions } = triage;
  return {
    kind: "plan_refused",
    base,
    reason: "needs_clarification",
    message: `${FOUND[verdict]}: ${reason}`,
    problems: questions.map((message) => ({ path: null, line: null, column: null, message })),
    triage,
  };
}

const FOUND: Readonly<Record<Triage["verdict"], string>> = {
  too_vague: "the issue does not say enough to be planned",
  unsolvable: "nothing that could be done in this repository would solve the issue",
  duplicate: "this is done, or being done, already",
};
