import type { Phase } from "../../src/domain/phase.ts";
import type { Run } from "../../src/domain/run.ts";
import type { Tier } from "../../src/domain/tier.ts";
import type { Wave } from "../../src/domain/waves/wave.ts";
import type { DemoMeans } from "./demoMeans.ts";
import { followRun } from "./followRun.ts";
import { newsDesk } from "./newsDesk.ts";
import type { NewsDesk } from "./newsDesk.ts";
import type { Step, StepGroup, StepLine } from "./progress.ts";
import type { Parts } from "./startDemo.ts";
import { tellEvent } from "./tellEvent.ts";
import { count, list, ordinalNumber } from "./wording.ts";

const PHASE_ENDS = ["phase_integrated", "phase_unchanged"];

export interface Watched {
  readonly run: Run;
  /** When the news of the merge came, by `performance.now()`. */
  readonly at: number;
}

/** Shows the run of an issue as it goes on, from its plan to the merge. Throws when it ends otherwise. */
export async function watchRun(
  { database, github, issue }: Pick<Parts, "database" | "github"> & { readonly issue: number },
  { progress, cleanup, signal, agent }: DemoMeans,
): Promise<Watched> {
  const feed = await followRun({
    db: database.db,
    databaseUrl: database.url,
    issue,
    signal,
    patience: agent === null ? "seconds" : "minutes",
  });
  cleanup.defer(async () => feed.close());
  const desk = newsDesk(feed);
  const planned = await progress.step({
    name: "plan",
    title: "Reading the plan",
    async work(line) {
      const run = await until(desk, line, { phase: null, ends: ["plan_ready"] });
      line.done(`Run ${run.id}: a plan from the issue, ${planSize(run)}`);
      return run;
    },
  });
  let last: Watched = { run: planned, at: 0 };
  const promotion: Step = {
    name: "promotion",
    title: "Promotion",
    async work(line) {
      const run = await until(desk, line, { phase: null, ends: ["pull_merged"] });
      last = { run, at: performance.now() };
      line.done(`Merged into ${run.base?.branch}: ${github.origin}/acme/ladle/pull/${run.pull?.number}`);
    },
  };
  await progress.inTurn([...planned.waves.map((wave) => waveGroup(wave, planned, desk)), promotion]);
  return last;
}

function planSize({ phases, tiers, waves }: Run): string {
  return `${count(phases.length, "phase")} in ${count(tiers.length, "tier")} and ${count(waves.length, "wave")}`;
}

/** The phases of a wave, side by side. */
function waveGroup(wave: Wave, { phases, tiers }: Run, desk: NewsDesk): StepGroup {
  const name = `tier ${wave.tier}`;
  const tier = `Tier ${wave.tier}: ${tiers[wave.tier - 1]?.title}`;
  const own = phases.filter(({ ordinal }) => wave.phases.includes(ordinal));
  const many = own.length > 1 ? `phases ${list(own.map(({ ordinal }) => String(ordinal)))} side by side` : "";
  return {
    name,
    title: `${tier}, wave ${wave.number}: ${many || `phase ${own[0]?.ordinal}`}`,
    steps: own.map((phase) => phaseStep(phase, desk)),
    outcome: () => {
      const became = tierOutcome(desk.run()?.tiers[wave.tier - 1]);
      return `${tier}, ${became}${many === "" ? "" : `, its ${many}`}`;
    },
  };
}

function tierOutcome(tier: Tier | undefined): string {
  if (tier === undefined || tier.cleanliness === null) return "with more to come";
  return tier.cleanliness === "clean" ? `${tier.state} and clean` : `${tier.state}, not clean: ${list(tier.reasons)}`;
}

function phaseStep({ ordinal, plan }: Phase, desk: NewsDesk): Step {
  const title = `Phase ${ordinal}: ${plan.title}`;
  return {
    name: `phase ${ordinal}`,
    title,
    async work(line) {
      const run = await until(desk, line, { phase: ordinal, ends: PHASE_ENDS });
      const phase = run.phases[ordinal - 1];
      line.done(phase?.state.kind === "complete" ? `${title}: ${phase.state.sha.slice(0, 7)}${tries(phase)}` : title);
    },
  };
}

function tries({ retryAttempt, revisionEpoch }: Phase): string {
  const tried = 1 + retryAttempt + revisionEpoch;
  return tried === 1 ? "" : `, at the ${ordinalNumber(tried)} try`;
}

interface End {
  /** Whose news, as an ordinal; null: the run's as a whole. */
  readonly phase: number | null;
  /** Kinds of events. */
  readonly ends: readonly string[];
}

/** Tells news until the one that ends a step; gives the run as it is then. */
async function until(desk: NewsDesk, line: StepLine, { phase, ends }: End): Promise<Run> {
  let now = "";
  for (;;) {
    const news = await desk.next(phase);
    if (news.kind === "output") {
      line.now(now === "" ? news.text : `${now} · ${news.text}`);
      continue;
    }
    const { event, run } = news;
    const telling = tellEvent(event, { run, phase: run.phases.find(({ ordinal }) => ordinal === phase) ?? null });
    for (const { text, tone } of telling.notes) line.note(text, tone);
    now = telling.now ?? now;
    line.now(now);
    if (ends.includes(event.kind)) return run;
  }
}
