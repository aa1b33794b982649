import { integrationBranch } from "../../src/domain/ids.ts";
import type { Phase } from "../../src/domain/phase.ts";
import type { Run } from "../../src/domain/run.ts";
import type { DemoMeans } from "./demoMeans.ts";
import { followRun } from "./followRun.ts";
import type { RunFeed } from "./followRun.ts";
import { RunFailed } from "./runFailed.ts";
import type { Step, StepLine } from "./progress.ts";
import type { Parts } from "./startDemo.ts";
import { tellEvent } from "./tellEvent.ts";

export interface Watched {
  readonly run: Run;
  /** When the news of the merge came, by `performance.now()`. */
  readonly at: number;
}

/** Shows the run of an issue as it goes on, from its plan to the merge. Throws when it ends otherwise. */
export async function watchRun(
  { database, github, issue }: Pick<Parts, "database" | "github"> & { readonly issue: number },
  { progress, cleanup, signal }: DemoMeans,
): Promise<Watched> {
  const feed = await followRun({ db: database.db, databaseUrl: database.url, issue, signal });
  cleanup.defer(async () => feed.close());
  const planned = await progress.step({
    name: "plan",
    title: "Reading the plan",
    async work(line) {
      const { run } = await until(feed, line, (kind) => kind === "plan_ready");
      line.done(`Run ${run.id}: a plan of ${run.phases.length} phases, from the issue`);
      return run;
    },
  });
  let last: Watched = { run: planned, at: 0 };
  const promotion: Step = {
    name: "promotion",
    title: "Promotion",
    async work(line) {
      const { run } = await until(feed, line, (kind) => kind === "pull_merged");
      last = { run, at: performance.now() };
      line.done(`Merged into ${run.base?.branch}: ${github.origin}/acme/ladle/pull/${run.pull?.number}`);
    },
  };
  await progress.steps([...planned.phases.map((phase) => phaseStep(phase, feed)), promotion]);
  return last;
}

function phaseStep({ ordinal, plan }: Phase, feed: RunFeed): Step {
  return {
    name: `phase ${ordinal}`,
    title: `Phase ${ordinal}: ${plan.title}`,
    async work(line) {
      const { run } = await until(feed, line, (kind) => kind === "phase_integrated" || kind === "phase_unchanged");
      const { state } = run.phases[ordinal - 1] ?? {};
      const outcome =
        state?.kind === "complete" ? `${state.sha.slice(0, 7)} on ${integrationBranch(run.id)}` : "left out";
      line.note(`commit  ${outcome}`, "good");
      line.done(`Phase ${ordinal}: ${plan.title}`);
    },
  };
}

/** Tells the news until the one that ends a step; a run that has stopped for good ends every step. */
async function until(feed: RunFeed, line: StepLine, isEnd: (kind: string) => boolean): Promise<{ readonly run: Run }> {
  let now = "";
  for (;;) {
    const news = await feed.next();
    if (news.kind === "output") {
      line.now(now === "" ? news.text : `${now} · ${news.text}`);
      continue;
    }
    const { event, run } = news;
    const telling = tellEvent(event, run);
    if (telling.note !== null) line.note(telling.note.text, telling.note.tone);
    now = telling.now ?? now;
    line.now(now);
    if (isEnd(event.kind)) return { run };
    if (run.state.kind === "failed") throw new RunFailed("failed", run.state.message);
    if (run.state.kind === "cancelled" || run.state.kind === "no_changes") throw new RunFailed(run.state.kind, "");
  }
}
