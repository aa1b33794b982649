import { fullName } from "../domain/repository.ts";
import type { Forecast } from "../domain/forecast.ts";
import type { Run } from "../domain/run.ts";
import type { Spend } from "../domain/spend.ts";
import { NO_USAGE } from "../domain/usage.ts";

/** Everything the views of a run are made of. No time is among it: the same state always looks the same. */
export interface RunView {
  readonly run: Run;
  readonly spend: Spend;
  /** What the branch would not merge with, were both merged now. */
  readonly forecast: readonly Forecast[];
  readonly isolation: "bubblewrap" | "docker" | "unsandboxed";
  /** A configuration to start from, for a repository that has none. */
  readonly starterConfig: string;
  /** `https://github.com`, or the GitHub Enterprise host. */
  readonly webUrl: string;
}

/** The address of something in the run's repository. */
export function linkTo(view: RunView, path: string): string {
  return `${view.webUrl}/${fullName(view.run.repository)}/${path}`;
}

/** The view without what grows by itself while an agent works, to tell news worth a write from mere spending. */
export function withoutSpend(view: RunView): RunView {
  return { ...view, spend: { usage: NO_USAGE, meteredTokens: 0, attempts: 0, agentMs: 0, apiCalls: 0 } };
}

export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** A branch or a path as part of an address, also inside a Markdown link. */
export function addressPart(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll("(", "%28").replaceAll(")", "%29"))
    .join("/");
}
