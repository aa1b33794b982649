import type { Problem } from "../domain/plan.ts";
import type { Block, Markdown } from "../markdown/parseMarkdown.ts";
import { knownKeysOf } from "./knownKeys.ts";
import { draftsOf } from "./planDrafts.ts";
import { refused, toPlan } from "./planResult.ts";
import type { PlanResult } from "./planResult.ts";
import { planSchema } from "./planSchema.ts";
import { readYaml } from "./yamlSource.ts";
import type { YamlProblem } from "./yamlSource.ts";
import { zodProblems } from "./zodProblems.ts";

type Code = Extract<Block, { type: "code" }>;

const AUTOPACK_KEY = /^["']?autopack["']?[ \t]*:/m;
const knownKeys = knownKeysOf(planSchema);

/** Whether text may hold a plan in YAML, without parsing it as Markdown. */
export function mayHoldYamlPlan(body: string): boolean {
  return AUTOPACK_KEY.test(body) && /(?:```|~~~)[ \t]*ya?ml\b/i.test(body);
}

/** The plan in a fenced `yaml` block with the root key `autopack`; null when there is none. Lines are those of the issue. */
export function yamlPlan(root: Markdown, maxPhases: number): PlanResult | null {
  const [block, second] = root.children.filter(isPlanBlock);
  if (block === undefined) return null;
  const start = { line: block.position?.start.line ?? 1, column: block.position?.start.column ?? 1 };
  if (second !== undefined) {
    const line = second.position?.start.line ?? null;
    return refused("the issue holds two plans", [
      { path: null, line, column: 1, message: "A second plan begins here." },
    ]);
  }
  const inIssue = (problem: YamlProblem): Problem => ({
    path: null,
    line: start.line + problem.line,
    column: start.column - 1 + problem.column,
    message: problem.message,
  });
  const invalid = (problems: readonly YamlProblem[]) =>
    refused("the plan in the issue is not valid", problems.map(inIssue));

  const source = readYaml(block.value);
  if (source.kind === "invalid") return invalid(source.problems);
  const parsed = planSchema.safeParse(source.value);
  if (!parsed.success) return invalid(zodProblems(parsed.error.issues, source, knownKeys));
  const made = draftsOf(parsed.data.autopack, { source, root: ["autopack"] });
  if (!("drafts" in made)) return invalid(made);
  const { drafts, paths } = made;
  const locate = (index: number) => inIssue({ ...source.positionOf(paths[index] ?? []), message: "" });
  return toPlan(drafts, { source: "issue_yaml", maxPhases, locate });
}

function isPlanBlock(node: Block): node is Code {
  return node.type === "code" && /^ya?ml$/i.test(node.lang ?? "") && AUTOPACK_KEY.test(node.value);
}
