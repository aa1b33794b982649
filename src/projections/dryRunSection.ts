import { isDryRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import type { Phase } from "../domain/phase.ts";
import { count } from "./headline.ts";
import { cell, code } from "./safeMarkdown.ts";

const MAX_PATHS = 20;

/** What a dry run would have landed, phase by phase. Empty for other runs, and while it has made nothing. */
export function dryRunSection(run: Run): string {
  if (!isDryRun(run)) return "";
  const landed = run.phases.filter(({ state }) => state.kind === "complete");
  if (landed.length === 0) return "";
  const base = code(run.base?.branch ?? run.repository.defaultBranch);
  const title = `**Dry run:** nothing was pushed, and no pull request was opened. What would go to ${base}:`;
  return [title, landed.map(phaseLine).join("\n")].join("\n\n");
}

function phaseLine({ ordinal, plan, candidate }: Phase): string {
  if (candidate === null) return `- ${ordinal}. ${cell(plan.title)}`;
  const { filesChanged, linesAdded, linesDeleted, touched } = candidate;
  const paths = touched.slice(0, MAX_PATHS).map(({ path }) => code(path));
  const rest = filesChanged > paths.length ? [`${filesChanged - paths.length} more`] : [];
  return `- ${ordinal}. ${cell(plan.title)}: ${count(filesChanged, "file")}, +${linesAdded} −${linesDeleted} (${[...paths, ...rest].join(", ")})`;
}
