import type { GitHubStandIn } from "../github/startGitHub.ts";
import { readIssue } from "./demoIssue.ts";
import type { DemoMeans } from "./demoMeans.ts";
import { resultOf } from "./result.ts";
import type { Result } from "./result.ts";
import { startDemo } from "./startDemo.ts";
import { verifyDemo } from "./verifyDemo.ts";
import type { Verified } from "./verifyDemo.ts";
import { watchRun } from "./watchRun.ts";

export interface Demo extends Verified {
  readonly github: GitHubStandIn;
  readonly autopackUrl: string;
  /** `AUTOPACK_DATA`, for those who want to look with the command line. */
  readonly dataDir: string;
  readonly issue: number;
  readonly result: Result;
}

/** The whole of it, from nothing to a verified merge. What it starts is in `means.cleanup`; throws what keeps it from ending. */
export async function runDemo(means: DemoMeans): Promise<Demo> {
  const parts = await startDemo(means);
  const { github, autopackUrl, dataDir } = parts;
  const { issue, at } = await labelIssue(github, means);
  const watched = await watchRun({ ...parts, issue }, means);
  const verified = await verifyDemo(parts, { issue, means });
  const own = new Set(["app", `${github.app.slug}[bot]`]);
  const calls = github.calls().filter(({ actor }) => own.has(actor));
  const ending = {
    state: watched.run.state.kind,
    facts: verified.facts,
    calls,
    ms: watched.at - at,
    agent: means.agent,
  };
  return { ...verified, github, autopackUrl, dataDir, issue, result: resultOf(ending) };
}

async function labelIssue(
  github: GitHubStandIn,
  { progress, signal }: DemoMeans,
): Promise<{ readonly issue: number; readonly at: number }> {
  signal.throwIfAborted();
  return progress.step({
    name: "issue",
    title: "Opening an issue",
    async work({ note, done }) {
      const issue = await github.createIssue({ as: "alice", ...(await readIssue()) });
      const at = performance.now();
      await github.addLabel(issue.number, "autopack", { as: "alice" });
      note(`${github.origin}/acme/ladle/issues/${issue.number}`);
      done(`Issue #${issue.number} “${issue.title}”, labelled autopack by alice`);
      return { issue: issue.number, at };
    },
  });
}
