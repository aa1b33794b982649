import { z } from "zod";
import type { ArtifactId, PhaseId } from "../domain/ids.ts";

/** What went wrong once, in words. */
export interface PastError {
  /** The attempt's number, or null for a check of its result. */
  readonly attempt: number | null;
  readonly class: string;
  readonly message: string;
}

const failure = z.object({ class: z.string(), message: z.string() });

/** The kinds of event that tell of failures and changes. A payload that was cut lacks them, and says nothing here. */
const failedAttempt = z.object({ attemptId: z.string(), failure });
const failedCheck = z.object({ phaseId: z.string(), failure });
const built = z.object({
  attemptId: z.string(),
  candidate: z.object({ patch: z.string().transform((id) => id as ArtifactId) }),
});

/** Reads out of a run's history what has failed in one phase, and which patches were tried. Oldest first. */
export function pastWork(
  lines: readonly { readonly kind: string; readonly payload: unknown }[],
  phaseId: PhaseId,
): { readonly errors: readonly PastError[]; readonly patches: readonly ArtifactId[] } {
  const errors = lines.flatMap(({ kind, payload }): readonly PastError[] => {
    if (kind === "attempt_failed") return errorOfAttempt(failedAttempt.safeParse(payload).data, phaseId);
    if (kind !== "checks_failed") return [];
    const check = failedCheck.safeParse(payload).data;
    return check?.phaseId === phaseId ? [{ attempt: null, ...check.failure }] : [];
  });
  const patches = lines.flatMap(({ kind, payload }) => {
    const made = kind === "phase_built" ? built.safeParse(payload).data : undefined;
    return made === undefined || numberIn(phaseId, made.attemptId) === null ? [] : [made.candidate.patch];
  });
  return { errors, patches: [...new Set(patches)] };
}

function errorOfAttempt(found: z.output<typeof failedAttempt> | undefined, phaseId: PhaseId): readonly PastError[] {
  const attempt = found === undefined ? null : numberIn(phaseId, found.attemptId);
  return found === undefined || attempt === null ? [] : [{ attempt, ...found.failure }];
}

/** The number of an attempt of the phase; null for other phases' attempts. */
function numberIn(phaseId: PhaseId, attemptId: string): number | null {
  return attemptId.startsWith(`${phaseId}.`) ? Number(attemptId.slice(phaseId.length + 1)) : null;
}
