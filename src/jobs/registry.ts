import type { IntentKind } from "../domain/intent.ts";
import { awaitCi } from "./awaitCi.ts";
import { readChange } from "./readChange.ts";
import { answerThreads } from "./answerThreads.ts";
import { endClosed } from "./endClosed.ts";
import { forecastConflicts } from "./forecastConflicts.ts";
import { showForeign } from "./showForeign.ts";
import { auditPhase } from "./auditPhase.ts";
import { buildPhase } from "./buildPhase.ts";
import { checkPhase } from "./checkPhase.ts";
import { deleteBranch } from "./deleteBranch.ts";
import { handleDelivery } from "./handleDelivery.ts";
import type { JobHandler } from "./handler.ts";
import { investigatePhase } from "./investigatePhase.ts";
import { integratePhase } from "./integratePhase.ts";
import { mergePull } from "./mergePull.ts";
import { noteRevert } from "./noteRevert.ts";
import { planRun } from "./planRun.ts";
import { postAnswer } from "./postAnswer.ts";
import { prepareRun } from "./prepareRun.ts";
import { projectRun } from "./projectRun.ts";
import { resetBranch } from "./resetBranch.ts";
import { verifyRun } from "./verifyRun.ts";
import { watchHead } from "./watchHead.ts";

/** One handler an intent; a missing one fails to compile. */
export const handlers: { readonly [K in IntentKind]: JobHandler<K> } = {
  prepare_run: prepareRun,
  plan_run: planRun,
  build_phase: buildPhase,
  check_phase: checkPhase,
  audit_phase: auditPhase,
  investigate_phase: investigatePhase,
  integrate_phase: integratePhase,
  verify_run: verifyRun,
  await_ci: awaitCi,
  read_change: readChange,
  answer_threads: answerThreads,
  end_closed: endClosed,
  forecast_conflicts: forecastConflicts,
  show_foreign: showForeign,
  watch_head: watchHead,
  reset_branch: resetBranch,
  merge_pull: mergePull,
  note_revert: noteRevert,
  delete_branch: deleteBranch,
  project_run: projectRun,
  post_answer: postAnswer,
  handle_delivery: handleDelivery,
};
