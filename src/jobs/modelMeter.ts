import type { Attempt } from "../domain/attempt.ts";
import type { Amounts } from "../domain/budget/budget.ts";
import { capsOf } from "../domain/budget/capsOf.ts";
import { sumAmounts } from "../domain/budget/sumAmounts.ts";
import { amountsOfUsage, capReached, sayReachedCap } from "../domain/pricing/capReached.ts";
import type { ReachedCap } from "../domain/pricing/capReached.ts";
import type { Phase } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";
import { sumUsage } from "../domain/usage.ts";
import type { Usage } from "../domain/usage.ts";
import type { ModelMeter } from "../ports/gateway.ts";
import { extraBudgets, liveTallies } from "../store/liveTallies.ts";
import { meteredBy, recordModelCall, saveModelBody } from "../store/modelCalls.ts";
import type { JobDeps } from "./handler.ts";

/** From the largest to the smallest: the cap that most people have to know of is named first. */
const LEVELS = ["day", "issue", "run", "tier", "phase"] as const;

interface Metered {
  readonly run: Run;
  /** Null where the run as a whole is worked on. */
  readonly phase: Phase | null;
  readonly attempt: Attempt;
  readonly grant: Amounts;
}

/**
 * Keeps the books of an attempt's model calls in the database, and says no before a call when a cap is used up.
 *
 * An attempt that waited for a rate limit is taken up again under its own id: its calls are numbered on, and what they have
 * used counts for its grant.
 */
export function modelMeter({ store, artifacts }: Pick<JobDeps, "store" | "artifacts">, work: Metered): ModelMeter {
  const attemptId = work.attempt.id;
  const db = store.knex;
  let before: ReturnType<typeof meteredBy> | null = null;
  /** Read once; a failed reading is tried again. */
  const earlier = async (): ReturnType<typeof meteredBy> => {
    before ??= meteredBy(db, attemptId);
    try {
      return await before;
    } catch (error) {
      before = null;
      throw error;
    }
  };
  return {
    async admit(used) {
      const reached = await reachedCap(sumUsage((await earlier()).usage, used));
      return reached === null ? null : { message: sayReachedCap(reached) };
    },
    async record(call) {
      const { lastNumber } = await earlier();
      await recordModelCall(db, { ...call, attemptId, number: lastNumber + call.number });
    },
    async keep({ number, direction, text }) {
      const { lastNumber } = await earlier();
      const artifactId = await artifacts.putText(text, "application/json");
      await saveModelBody(db, { attemptId, number: lastNumber + number, direction, artifactId });
    },
  };

  async function reachedCap(used: Usage): Promise<ReachedCap | null> {
    const own = amountsOfUsage(used);
    const ofAttempt = capReached("attempt", work.grant, own);
    if (ofAttempt !== null) return ofAttempt;
    const { run, attempt } = work;
    const countsForPhase = attempt.role !== "investigator";
    // The writing of a plan counts for its run only: it belongs to none of the tiers.
    const phase = attempt.role === "planner" ? null : work.phase;
    const [others, extra] = await Promise.all([
      liveTallies(db, { run, phase, attemptId, countsForPhase }),
      extraBudgets(db, run),
    ]);
    const caps = capsOf({ ...run, extraBudget: extra.run }, phase, extra.issue);
    for (const level of LEVELS) {
      if (level === "phase" && !countsForPhase) continue;
      const reached = capReached(level, caps[level], sumAmounts([others[level], own]));
      if (reached !== null) return reached;
    }
    return null;
  }
}
