import type { PlanResult } from "../../src/config/planResult.ts";
import { readPlan } from "../../src/config/readPlan.ts";

export const TITLE = "Greet people";

export function read(body: string, specs: readonly { path: string; text: string }[] = []): PlanResult {
  return readPlan({ issue: { title: TITLE, body }, specs, maxPhases: 25 });
}

export function phasesOf(result: PlanResult) {
  if (result.kind !== "ok") throw new Error(`refused: ${JSON.stringify(result)}`);
  return result.plan.phases;
}

export function sourceOf(result: PlanResult) {
  return result.kind === "ok" ? result.plan.source : result.kind;
}

export function refusal(result: PlanResult): string {
  if (result.kind !== "refused") throw new Error(`not refused: ${JSON.stringify(result)}`);
  return [
    result.message,
    ...result.problems.map(({ path, line, column, message }) => `${path ?? "issue"}:${line}:${column} ${message}`),
  ].join("\n");
}
