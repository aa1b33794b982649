import { parseMarkdown } from "../markdown/parseMarkdown.ts";
import { refused } from "./planResult.ts";
import type { PlanResult } from "./planResult.ts";
import { readPlan } from "./readPlan.ts";
import type { SourceFile } from "./sourceFile.ts";
import { tasksPlan } from "./tasksPlan.ts";
import { mayHoldYamlPlan } from "./yamlPlan.ts";

/**
 * The plan in a file of one's own: YAML as in an issue's `autopack` block, a `tasks.md`, or else the text of an issue, its
 * title in the first heading. Lines of problems are those of the file.
 */
export function readPlanFile(
  file: SourceFile,
  { specs, maxPhases }: { readonly specs: readonly SourceFile[]; readonly maxPhases: number },
): PlanResult {
  if (/\.ya?ml$/i.test(file.path)) return yamlFile(file, maxPhases);
  if (/(?:^|\/)tasks\.md$/.test(file.path)) return tasksPlan(file, maxPhases);
  const issue = { title: titleOf(file), body: file.text };
  return readPlan({ issue, specs, maxPhases });
}

/** Wrapped as it would stand in an issue, so that it is read by the same rules; a fence above it moves it by a line. */
function yamlFile({ path, text }: SourceFile, maxPhases: number): PlanResult {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const body = `${fence}yaml\n${text}\n${fence}\n`;
  if (!mayHoldYamlPlan(body))
    return refused(`there is no \`autopack:\` in it`, [
      { path, line: 1, column: 1, message: "A plan in YAML begins with `autopack:`." },
    ]);
  const result = readPlan({ issue: { title: path, body }, specs: [], maxPhases });
  if (result.kind === "ok") return result;
  const problems = result.problems.map(({ line, ...problem }) => ({
    ...problem,
    path,
    line: line === null ? null : line - 1,
  }));
  return { ...result, problems };
}

function titleOf({ path, text }: SourceFile): string {
  const heading = parseMarkdown(text)?.children.find(({ type }) => type === "heading");
  const { start, end } = heading?.position ?? {};
  const words =
    start === undefined
      ? ""
      : text
          .slice(start.offset, end?.offset)
          .replaceAll(/^#+|#+$/g, "")
          .trim();
  return words === "" ? (path.split("/").at(-1) ?? path) : words;
}
