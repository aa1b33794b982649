import type { Plan, PlannedPhase, Problem } from "../domain/plan.ts";
import { orderPhases } from "./orderPhases.ts";
import type { DraftPhase } from "./orderPhases.ts";

export type PlanResult =
  | { readonly kind: "ok"; readonly plan: Plan }
  /** `message` completes "the plan was refused: …" and is Markdown; each problem is a sentence of its own. */
  | { readonly kind: "refused"; readonly message: string; readonly problems: readonly Problem[] };

/** A request as it stood when the run was asked for. */
export interface IssueText {
  readonly title: string;
  readonly body: string;
}

/** The category of a phase that names none. Autopack knows no such category, so it is treated strictly. */
export const NO_CATEGORY = "general";
/** The tier of a plan that names none. */
export const ONLY_TIER = "Tier 1";

/** What only a plan in YAML can say. */
export const UNSAID = {
  spec: null,
  impacts: [],
  priority: 2,
  complexity: null,
} as const satisfies Partial<PlannedPhase>;

/** Phases of a plan that is read without saying how many are taken: no text is worked on for long. */
export const MAX_PHASES = 1000;

export function refused(message: string, problems: readonly Problem[] = []): PlanResult {
  return { kind: "refused", message, problems };
}

/** What turns drafts into a plan. */
export interface Making {
  readonly source: Plan["source"];
  /** A larger plan becomes several runs. */
  readonly maxPhases: number;
  /** Where a draft was written, for problems that only the whole plan shows. */
  locate(index: number): Pick<Problem, "path" | "line" | "column">;
}

/** Puts drafts in order and into a plan: no more than a run takes, no cycles. */
export function toPlan(drafts: readonly DraftPhase[], { source, maxPhases, locate }: Making): PlanResult {
  if (drafts.length > maxPhases) {
    const message = `The plan has ${drafts.length} phases; a run takes ${maxPhases}. Split it over several issues, or tick off what this run leaves out.`;
    const problem = { ...locate(maxPhases), message };
    return refused(`the plan has ${drafts.length} phases, and a run takes at most ${maxPhases}`, [problem]);
  }
  const order = orderPhases(drafts);
  if (order.kind === "ok") return { kind: "ok", plan: { source, phases: order.phases } };
  const [first = 0] = order.indexes;
  const names = [...order.indexes, first].map((index) => `“${drafts[index]?.title ?? ""}”`);
  const problem = { ...locate(first), message: `These phases wait for each other: ${names.join(" → ")}.` };
  return refused("phases depend on each other in a circle", [problem]);
}
