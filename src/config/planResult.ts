import type { Plan, Problem } from "../domain/plan.ts";
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

const MAX_PHASES = 25;

export function refused(message: string, problems: readonly Problem[] = []): PlanResult {
  return { kind: "refused", message, problems };
}

/** Where a draft was written, for problems that only the whole plan shows. */
export type Locate = (index: number) => Pick<Problem, "path" | "line" | "column">;

/** Puts drafts in order and into a plan: at most 25 phases (a larger plan becomes several runs), no cycles. */
export function toPlan(source: Plan["source"], drafts: readonly DraftPhase[], locate: Locate): PlanResult {
  if (drafts.length > MAX_PHASES) {
    const message = `The plan has ${drafts.length} phases; a run takes ${MAX_PHASES}.`;
    const problem = {
      ...locate(MAX_PHASES),
      message: `${message} Split it over several issues, or tick off what this run leaves out.`,
    };
    return refused(`the plan has ${drafts.length} phases, and a run takes at most ${MAX_PHASES}`, [problem]);
  }
  const order = orderPhases(drafts);
  if (order.kind === "ok") return { kind: "ok", plan: { source, phases: order.phases } };
  const [first = 0] = order.indexes;
  const names = [...order.indexes, first].map((index) => `“${drafts[index]?.title ?? ""}”`);
  const problem = { ...locate(first), message: `These phases wait for each other: ${names.join(" → ")}.` };
  return refused("phases depend on each other in a circle", [problem]);
}
