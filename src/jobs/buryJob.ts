import type { Intent } from "../domain/intent.ts";
import { settleDelivery } from "../store/deliveries.ts";
import type { JobDeps } from "./handler.ts";

/**
 * Tells whoever waits for a job that it has given up for good.
 *
 * A run whose work cannot be done ends, so that it never waits for ever; one that cannot be shown on GitHub goes on.
 */
export async function buryJob(intent: Intent, reason: string, deps: JobDeps): Promise<void> {
  deps.log.error({ intent: intent.kind, reason }, "job gave up");
  switch (intent.kind) {
    case "prepare_run":
    case "plan_run":
    case "build_phase":
    case "check_phase":
    case "audit_phase":
    case "investigate_phase":
    case "integrate_phase":
    case "verify_run":
    case "watch_head":
    case "reset_branch":
    case "merge_pull":
    case "await_ci":
    case "read_change":
      await deps.advance(intent.runId, { kind: "work_failed", intent: intent.kind, message: reason });
      return;
    case "handle_delivery":
      await settleDelivery(deps.store.knex, intent.deliveryId, { state: "failed", error: reason });
      return;
    case "delete_branch":
    case "project_run":
    case "post_answer":
    case "answer_threads":
    case "end_closed":
    case "forecast_conflicts":
    case "show_foreign":
    case "note_revert":
      return;
  }
}
