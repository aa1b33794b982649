import type { Level, Shortage } from "../domain/budget/budget.ts";
import { mayComeFree } from "../domain/budget/grant.ts";
import { amount } from "./runReportHold.ts";
import { code } from "./safeMarkdown.ts";

const OWNERS: Readonly<Record<Exclude<Level, "day">, string>> = {
  attempt: "An attempt's budget",
  phase: "The phase's budget",
  tier: "The tier's budget",
  run: "The run's budget",
  issue: "The issue's budget, over all its runs,",
};

/** Which cap a run has reached, and what to type so that it goes on; one line of Markdown. */
export function shortageLine(shortage: Shortage): string {
  const { level, measure, cap, spent, reserved = 0 } = shortage;
  const whose = level === "day" ? "The repository's budget of a day (UTC)" : OWNERS[level];
  const open = reserved > 0 ? `, ${amount(measure, reserved)} reserved by work under way` : "";
  const what = `${whose} of ${amount(measure, cap)} is used up (${amount(measure, spent - reserved)} spent${open})`;
  return `${what}: ${goingOn(shortage)}.`;
}

function goingOn(shortage: Shortage): string {
  const resume = "`/autopack resume`";
  const option = shortage.measure === "tokens" ? "" : `${shortage.measure}=`;
  const more = code(`/autopack budget ${option}+${advised(shortage)}`);
  if (shortage.level === "day") return `${resume} goes on tomorrow`;
  if (shortage.level === "attempt") return "no attempt is possible; a new run takes a changed configuration";
  return mayComeFree(shortage) ? `${resume} goes on when that has ended, ${more} at once` : `${more} goes on`;
}

/** What to add, as people write it: rounded up, tokens to two digits. */
function advised({ measure, missing }: Shortage): number {
  switch (measure) {
    case "cost_usd":
      return Math.ceil(missing * 100 - 0.001) / 100;
    case "tokens": {
      const step = 10 ** Math.max(0, Math.ceil(Math.log10(missing)) - 2);
      return Math.ceil(missing / step) * step;
    }
    case "turns":
    case "seconds":
    case "ci_runs":
    case "findings":
      return Math.ceil(missing);
  }
}
