import { isLiveRun } from "../domain/run.ts";
import type { Forecast } from "../domain/forecast.ts";
import { linkTo } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { code } from "./safeMarkdown.ts";

/** Conflicts and paths shown; the rest is counted. */
const MAX_CONFLICTS = 10;
const MAX_PATHS = 5;

/** With what a live run would not merge as both are now, and in which paths. Empty when it would with everything. */
export function forecastSection(view: RunView): string {
  const { forecast, run } = view;
  if (forecast.length === 0 || !isLiveRun(run.state)) return "";
  const lines = forecast.slice(0, MAX_CONFLICTS).map((one) => `- ${withWhat(one, view)}: ${pathsOf(one)}`);
  const more = forecast.length - lines.length;
  return [
    "**Conflicts ahead:** as the branches are now, this one would not merge with",
    "",
    ...lines,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join("\n");
}

function withWhat(forecast: Forecast, view: RunView): string {
  if (forecast.with === "base") return `its base ${code(view.run.base?.branch ?? "branch")}`;
  const { issueNumber, runId } = forecast.with;
  return `run \`${runId}\` of [#${issueNumber}](${linkTo(view, `issues/${issueNumber}`)})`;
}

function pathsOf({ paths }: Forecast): string {
  const more = paths.length - MAX_PATHS;
  const shown = paths.slice(0, MAX_PATHS).map(code).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
