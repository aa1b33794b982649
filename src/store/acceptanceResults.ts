import type { Knex } from "knex";
import type { AcceptanceResult } from "../domain/acceptance/acceptance.ts";
import type { AttemptId, PhaseId, RunId, TreeId } from "../domain/ids.ts";

export interface JudgedTree {
  readonly runId: RunId;
  readonly phaseId: PhaseId;
  /** The Builder's, whose change was judged. */
  readonly attemptId: AttemptId;
  readonly tree: TreeId;
  /** SHA-256 of the acceptance spec it was judged by; null when that was not saved. */
  readonly spec: string | null;
  readonly result: AcceptanceResult;
}

/** Records what an acceptance spec said of an attempt's tree. The same tree judged again replaces what was said before. */
export async function saveAcceptanceResult(tx: Knex, { result, ...judged }: JudgedTree): Promise<void> {
  await tx("acceptance_results")
    .insert({
      run_id: judged.runId,
      phase_id: judged.phaseId,
      attempt_id: judged.attemptId,
      tree: judged.tree,
      acceptance_spec: judged.spec,
      verdict: result.verdict,
      score: result.score,
      reason: result.reason,
      results: JSON.stringify(result.results),
    })
    .onConflict(["attempt_id", "tree"])
    .merge();
}
