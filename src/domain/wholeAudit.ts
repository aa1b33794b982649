import { isLanded } from "./phase.ts";
import type { Phase } from "./phase.ts";
import type { PlannedPhase } from "./plan.ts";
import { queuedPhase } from "./queuedPhase.ts";
import { rulesOf } from "./rulesOf.ts";
import type { Run } from "./run.ts";

type Added = Pick<PlannedPhase, "title" | "category" | "instructions" | "files" | "revision" | "audit">;

/** A phase behind all others. It waits for none, as all that can be waited for has ended or will. Null for a run without phases. */
export function addedPhase(run: Run, added: Added): Phase | null {
  const last = run.phases.at(-1);
  if (last === undefined) return null;
  const plan: PlannedPhase = {
    tier: last.plan.tier,
    acceptance: [],
    spec: null,
    impacts: [],
    dependsOn: [],
    priority: 0,
    complexity: null,
    ...added,
  };
  const ordinal = Math.max(...run.phases.map((phase) => phase.ordinal)) + 1;
  return queuedPhase(run.id, { plan, ordinal, tier: last.tier });
}

/** An audit of all that the run has landed, as it would be merged. */
export function wholeAudit(run: Run, by: string): Phase | null {
  return addedPhase(run, {
    title: "Audit of the whole change",
    category: categoryOf(run),
    instructions: "Judge the whole change of this run, as it would be merged.",
    files: [],
    audit: { by },
  });
}

/**
 * The audit that the configuration wants before the promotion; null where it wants none, or it has been made of all that has
 * landed. What the audit itself led to is judged as every other change, and needs no further audit of the whole.
 */
export function finalAudit(run: Run): Phase | null {
  if (run.settings === null || run.settings.auditor === null) return null;
  const landed = run.phases.filter((phase) => isLanded(phase) && phase.plan.audit === undefined);
  const [first] = landed;
  if (first === undefined || !isWanted(run, landed)) return null;
  const newest = Math.max(...landed.map(({ ordinal }) => ordinal));
  const isDone = run.phases.some(({ plan, ordinal }) => plan.audit !== undefined && ordinal > newest);
  return isDone ? null : wholeAudit(run, "autopack");
}

function isWanted(run: Run, landed: readonly Phase[]): boolean {
  switch (run.settings?.finalAudit) {
    case undefined:
    case "never":
      return false;
    case "always":
      return true;
    case "auto":
      return landed.length > 1 && landed.some((phase) => rulesOf(run, phase).ciProfile === "strict");
  }
}

/** As strict as the strictest that has landed: what is added is not held to less than what it changes. */
export function categoryOf(run: Run): string {
  const landed = run.phases.filter(isLanded);
  const strict = landed.findLast((phase) => rulesOf(run, phase).ciProfile === "strict");
  return (strict ?? landed.at(-1) ?? run.phases.at(-1))?.category ?? "any";
}
