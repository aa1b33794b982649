import type { Problem } from "../domain/plan.ts";
import { plainLine } from "../domain/plainText.ts";
import { externalId } from "../domain/externalId.ts";
import { checkActions } from "./checkActions.ts";
import { CHECK_NAMES, cutOutput, restOf } from "./checkRun.ts";
import type { CheckAnnotation, CheckRun } from "../domain/checkRun.ts";
import { count } from "./headline.ts";
import { judgedLine } from "./judgedLine.ts";
import { problemList } from "./problemList.ts";
import type { RunView } from "./runView.ts";
import { inline } from "./safeMarkdown.ts";

/** `autopack/config` on the commit whose configuration was refused. Null while there is nothing to say. */
export function configCheck(view: RunView): CheckRun | null {
  const { run } = view;
  if (run.state.kind !== "failed" || run.state.reason !== "config_invalid" || run.base === null) return null;
  const { problems, message } = run.state;
  return {
    name: CHECK_NAMES.config,
    sha: run.base.sha,
    externalId: externalId(run.id, "config", run.base.sha),
    status: "completed",
    conclusion: "failure",
    title: problems.length === 0 ? "The configuration cannot be used" : `${count(problems.length, "problem")} found`,
    summary: cutOutput(
      [inline(message), problemList(problems), "Next: correct it, then `/autopack retry` on the issue", judgedLine(run)]
        .filter((part) => part !== "")
        .join("\n\n"),
      restOf(view),
    ),
    text: "",
    annotations: problems.flatMap(configAnnotation),
    actions: checkActions(run, "config"),
  };
}

/** A problem on its line. */
export function configAnnotation({ path, line, message }: Problem): readonly CheckAnnotation[] {
  if (path === null) return [];
  const at = Math.max(1, line ?? 1);
  return [{ path, startLine: at, endLine: at, level: "failure", title: "Invalid", message: plainLine(message, 8000) }];
}
