import { integrationBranch } from "../domain/ids.ts";
import { isHeldByRules, standingIn } from "../domain/judgedByRules.ts";
import { liftedBy, promotionConditions } from "../domain/promotion.ts";
import { isMergeWanted } from "../domain/transition.ts";
import { isDryRun, isLiveRun } from "../domain/run.ts";
import type { Hold, Run, RunState } from "../domain/run.ts";
import { issueNotice } from "./issueNotice.ts";
import { shortageLine } from "./shortageLine.ts";
import { cell, code, inline } from "./safeMarkdown.ts";
import { linkTo } from "./runView.ts";
import type { RunView } from "./runView.ts";

/** What somebody has to do now, and what to type; one line of Markdown. Null when nothing is. */
export function neededFromPeople(view: RunView): string | null {
  const { run } = view;
  const { state } = run;
  const notice = isLiveRun(state) ? issueNotice(run) : null;
  if (notice !== null) return notice;
  if (run.hold !== null && isLiveRun(state)) return letGoOn(run.hold);
  switch (state.kind) {
    case "queued":
    case "planning":
    case "building":
    case "verifying":
    case "promoted":
    case "no_changes":
    case "cancelled":
      return null;
    case "awaiting_approval":
      return `read the plan, then type \`/autopack approve\` (write access; not ${cell(run.request.requester)}), or \`/autopack cancel\``;
    case "promotable":
      return forMerge(view);
    case "failed":
      return afterFailure(run, state);
  }
}

function letGoOn(hold: Hold): string {
  switch (hold.kind) {
    case "budget":
      return shortageLine(hold.shortage);
    case "person": {
      const what = hold.how === "hold" ? "holds" : "paused";
      return `${cell(hold.by)} ${what} this run (${inline(hold.reason)}) → ${liftedBy(hold)}`;
    }
  }
}

function forMerge(view: RunView): string | null {
  const unmet = promotionConditions(view.run).filter((condition) => !condition.met && condition.remedy !== null);
  if (unmet.length > 0)
    return unmet.map(({ evidence, remedy }) => `${inline(evidence)} → ${inline(remedy ?? "")}`).join("; ");
  if (isMergeWanted(view.run)) return null;
  const { pull } = view.run;
  return pull === null ? null : `merge [#${pull.number}](${linkTo(view, `pull/${pull.number}`)})`;
}

/** The way out for a change that the rules refuse: another attempt, or somebody who answers for it. Null when it is not that. */
function refusedByRules({ phases, accepted }: Run): string | null {
  const lines = phases
    .filter(({ state, evidence }) => state.kind === "failed" && isHeldByRules(evidence))
    .flatMap(({ ordinal, evidence }) =>
      [...new Set(standingIn(evidence, accepted).map(({ ruleSet }) => ruleSet))].map(
        (ruleSet) => `\`/autopack override ${ruleSet} phase=${ordinal} reason="…"\``,
      ),
    );
  if (lines.length === 0) return null;
  return `look at what the rules object to; ${lines.join(" and ")} accepts it as it stands (maintain), \`/autopack retry\` has it done again`;
}

function afterFailure(run: Run, state: Extract<RunState, { kind: "failed" }>): string {
  switch (state.reason) {
    case "config_missing":
      return `add the file below to ${code(run.repository.defaultBranch)} and fit it to the repository, then type \`/autopack retry\``;
    case "config_invalid":
      return `correct the configuration on ${code(run.repository.defaultBranch)}, then type \`/autopack retry\``;
    case "plan_invalid":
      return state.problems.some((problem) => problem.path !== null)
        ? `correct the plan on ${code(run.base?.branch ?? run.repository.defaultBranch)}, then type \`/autopack retry\``
        : "correct the plan in the issue, then type `/autopack run` (a run keeps the issue as it was when it started)";
    case "needs_clarification":
      return "answer in the issue's text, then type `/autopack run` (a run keeps the issue as it was when it started)";
    case "environment":
      return "have the operator of this server look at it, then type `/autopack retry`";
    case "policy_violation":
      return "decide whether that change may be made; `/autopack retry` has the phase done again";
    case "requires_human_review":
      return run.head === null || isDryRun(run)
        ? "look at what happened, then type `/autopack retry`"
        : `look at what happened; push a fix to ${code(integrationBranch(run.id))}, or type \`/autopack retry\``;
    case "phases_failed":
      return (
        refusedByRules(run) ??
        "type `/autopack retry` for new attempts, which are told why the last one failed, or `/autopack cancel`"
      );
    case "budget_exhausted":
      return "look at what the money went into; `/autopack retry` goes on";
  }
}
