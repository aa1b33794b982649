import type { Problem } from "../domain/plan.ts";
import { code, inline } from "./safeMarkdown.ts";

/** Problems listed; the others are counted. */
const MAX_PROBLEMS = 30;

/** What is wrong with a configuration or a plan, each with its place. */
export function problemList(problems: readonly Problem[]): string {
  const lines = problems.slice(0, MAX_PROBLEMS).map((problem) => `- ${place(problem)}${inline(problem.message)}`);
  const rest = problems.length - MAX_PROBLEMS;
  return [...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join("\n");
}

function place({ path, line, column }: Problem): string {
  const where = line === null ? "" : column === null ? `line ${line}` : `line ${line}, column ${column}`;
  if (path === null) return where === "" ? "" : `${where}: `;
  return `${code(path)}${where === "" ? "" : `, ${where}`}: `;
}
