import type { Markdown } from "../markdown/parseMarkdown.ts";
import { pathsInText } from "./pathsInText.ts";
import { NO_CATEGORY, ONLY_TIER, refused, toPlan } from "./planResult.ts";
import type { PlanResult } from "./planResult.ts";
import { beyondTitle, isList, taskItems, toTitle } from "./taskItem.ts";

/** A plan of the open entries of the task lists, one phase each; null when it has no task list. */
export function taskListPlan(root: Markdown, body: string): PlanResult | null {
  const items = root.children.filter(isList).flatMap((list) => taskItems(list, body));
  const open = items.flatMap((item) => {
    const title = toTitle(item.firstLine);
    return item.isDone || title === "" ? [] : [{ item, title }];
  });
  if (items.length === 0) return null;
  if (open.length === 0) return refused("nothing is left to do: every task of the issue is ticked off");
  const drafts = open.map(({ item, title }) => ({
    title,
    tier: ONLY_TIER,
    category: NO_CATEGORY,
    instructions: beyondTitle(item, title),
    acceptance: [],
    files: pathsInText(item.firstLine),
    dependsOn: [],
  }));
  return toPlan("task_list", drafts, (index) => ({ path: null, line: open[index]?.item.line ?? null, column: null }));
}
