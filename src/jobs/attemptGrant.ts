import type { Attempt } from "../domain/attempt.ts";
import type { Amounts, Shortage } from "../domain/budget/budget.ts";
import { mayComeFree } from "../domain/budget/grant.ts";
import { EnvironmentFailure } from "../domain/failure.ts";
import type { Phase } from "../domain/phase.ts";
import { limitsOf, rulesOf, strategyOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import { reserve } from "../engine/reserve.ts";
import type { JobDeps } from "./handler.ts";

/** Milliseconds until a job asks again for budget that others have reserved. */
const RESERVED_WAIT_MS = 5000;

/** Reserves what an attempt may use. Null when a cap leaves no room: the run has been told, and pauses or ends. */
export async function attemptGrant(
  run: Run,
  { phase, attempt }: { readonly phase: Phase; readonly attempt: Attempt },
  deps: JobDeps,
): Promise<Amounts | null> {
  // What was granted before it waited for a rate limit is reserved still.
  if (attempt.grant !== null) return attempt.grant;
  const grant = await reserve(deps.store, {
    run,
    phaseId: phase.id,
    purpose: attempt.role === "investigator" ? "investigation" : "attempt",
    key: attempt.id,
    wanted: wantedBy(run, phase, attempt),
  });
  if (grant.kind === "granted") return grant.amounts;
  awaitOthers(grant.shortage);
  deps.log.info({ run: run.id, attempt: attempt.id, shortage: grant.shortage }, "no budget for an attempt");
  await deps.advance(run.id, { kind: "budget_refused", phaseId: phase.id, shortage: grant.shortage });
  return null;
}

/**
 * Gives the job back to the queue while work under way has reserved what is missing: it may not use it up.
 * @throws EnvironmentFailure
 */
export function awaitOthers(shortage: Shortage): void {
  if (mayComeFree(shortage))
    throw new EnvironmentFailure("work under way has reserved the budget", { retry: { afterMs: RESERVED_WAIT_MS } });
}

/** At most a whole phase's tokens, for the time and turns of one attempt; an investigator has a budget of its own. */
function wantedBy(run: Run, phase: Phase, { role }: Attempt): Amounts {
  const { turns, seconds } = limitsOf(run, phase, role);
  const own = role === "investigator" ? strategyOf(run).investigator : { tokens: rulesOf(run, phase).tokens };
  return { ...own, turns, seconds };
}
