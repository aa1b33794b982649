import type { Planned } from "../domain/planned.ts";
import type { Repository } from "../domain/repository.ts";
import { planWaves } from "../domain/waves/planWaves.ts";
import type { PlannedWave } from "../domain/waves/wave.ts";
import type { Wishes } from "../domain/wishes.ts";
import type { PlanPreview } from "../projections/planPreview.ts";
import type { JobDeps } from "./handler.ts";
import { planOf } from "./planOf.ts";

interface PreviewOrder {
  readonly repository: Repository;
  readonly issueNumber: number;
  readonly title: string;
  readonly body: string;
  readonly wishes: Wishes;
}

/** What a run of an issue would do, as the planning of one would find it now. Starts nothing. */
export async function previewPlan(
  { repository, issueNumber: number, title, body, wishes }: PreviewOrder,
  deps: JobDeps,
): Promise<PlanPreview> {
  const planned = await planOf({ repository, issue: { number, title, body }, wishes }, deps);
  return { planned, wishes, waves: planned.kind === "ready" ? wavesOf(planned) : [] };
}

function wavesOf({ plan, strategy }: Extract<Planned, { kind: "ready" }>): readonly PlannedWave[] {
  const tiers = [...new Set(plan.phases.map(({ tier }) => tier))];
  const phases = plan.phases.map((phase, index) => ({
    ...phase,
    ordinal: index + 1,
    tier: tiers.indexOf(phase.tier) + 1,
  }));
  return planWaves(phases, strategy.maxParallel);
}
