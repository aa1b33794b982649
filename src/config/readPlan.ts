import { plainBlock, plainLine } from "../domain/plainText.ts";
import { parseMarkdown } from "../markdown/parseMarkdown.ts";
import { withoutComments } from "../markdown/withoutComments.ts";
import { namedFeatures } from "./namedFeatures.ts";
import { MAX_PHASES, NO_CATEGORY, ONLY_TIER, refused, UNSAID } from "./planResult.ts";
import type { IssueText, PlanResult } from "./planResult.ts";
import { MAX_TITLE_LENGTH } from "./planSchema.ts";
import type { SourceFile } from "./sourceFile.ts";
import { mayHoldTasks } from "./taskItem.ts";
import { taskListPlan } from "./taskListPlan.ts";
import { tasksPlan } from "./tasksPlan.ts";
import { mayHoldYamlPlan, yamlPlan } from "./yamlPlan.ts";

/**
 * What a run for this issue will do. The first that is there counts: an `autopack` block in the issue, the `tasks.md` of
 * a feature that the issue names (`specs`: all of the repository's), a task list in the issue, the issue itself.
 *
 * One that is there and wrong is refused; it never falls through to the next. So is one with more than `maxPhases`, the number
 * a run takes.
 */
export function readPlan({
  issue,
  specs,
  maxPhases = MAX_PHASES,
}: {
  readonly issue: IssueText;
  readonly specs: readonly SourceFile[];
  readonly maxPhases?: number;
}): PlanResult {
  const body = issue.body.replaceAll(/\r\n?/g, "\n");
  const root = parseMarkdown(body);
  if (root === null && (mayHoldYamlPlan(body) || mayHoldTasks(body))) {
    return refused(
      "the issue is too long or too deeply nested to look for a plan in it; move logs and quotes into comments",
    );
  }
  const visible = withoutComments(body, root);
  return (
    (root === null ? null : yamlPlan(root, maxPhases)) ??
    specPlan(`${issue.title}\n${visible}`, specs, maxPhases) ??
    listPlan(visible, maxPhases) ??
    issuePlan(issue.title, visible)
  );
}

function specPlan(text: string, specs: readonly SourceFile[], maxPhases: number): PlanResult | null {
  const [file, ...others] = namedFeatures(text, specs);
  if (file === undefined) return null;
  if (others.length === 0) return tasksPlan(file, maxPhases);
  const names = [file, ...others].map(({ path }) => `\`${plainLine(path, 200)}\``);
  return refused(`the issue names several features (${names.join(", ")}): a run takes one`);
}

function listPlan(visible: string, maxPhases: number): PlanResult | null {
  const root = mayHoldTasks(visible) ? parseMarkdown(visible) : null;
  return root === null ? null : taskListPlan(root, visible, maxPhases);
}

function issuePlan(title: string, visible: string): PlanResult {
  const phase = {
    ...UNSAID,
    title: plainLine(title, MAX_TITLE_LENGTH) || "Untitled",
    tier: ONLY_TIER,
    category: NO_CATEGORY,
    instructions: plainBlock(visible.replaceAll(/\n{3,}/g, "\n\n")),
    acceptance: [],
    files: [],
    dependsOn: [],
  };
  return { kind: "ok", plan: { source: "issue", phases: [phase] } };
}
