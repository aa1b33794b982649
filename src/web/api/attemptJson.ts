import type { z } from "@hono/zod-openapi";
import { integrationBranch } from "../../domain/ids.ts";
import type { ExternalAttempt } from "../../store/externalAttempts.ts";
import type { attemptSchema, attemptSummary } from "./schemas.ts";

export function summaryJson(attempt: ExternalAttempt): z.infer<typeof attemptSummary> {
  const { id, runId, role, state, owner, name, issue, base, claimedBy } = attempt;
  return {
    id,
    run: runId,
    role,
    state,
    repository: `${owner}/${name}`,
    issue,
    base,
    offered_at: attempt.offeredAt.toISOString(),
    expires_at: attempt.expiresAt.toISOString(),
    claimed_by: claimedBy,
    submitted_at: attempt.submittedAt?.toISOString() ?? null,
  };
}

/** `webUrl` is GitHub's. */
export function attemptJson(attempt: ExternalAttempt, webUrl: string): z.infer<typeof attemptSchema> {
  const { id, runId, owner, name, instructions, context, hasStartingPatch } = attempt;
  return {
    ...summaryJson(attempt),
    instructions,
    context: { ...context },
    clone: { url: `${webUrl}/${owner}/${name}.git`, branch: integrationBranch(runId) },
    starting_patch: hasStartingPatch ? `/api/v1/attempts/${id}/starting-patch` : null,
  };
}
