import { escalated } from "./builderFailed.ts";
import { become } from "./decision.ts";
import type { Decision } from "./decision.ts";
import type { Investigation } from "./failures/investigation.ts";
import { splitPhase } from "./failures/splitPhase.ts";
import { abandon, build } from "./phaseWork.ts";
import type { Phase } from "./phase.ts";
import { strategyOf } from "./rulesOf.ts";
import type { Run } from "./run.ts";
import { planRun } from "./schedule.ts";

/** Does as an investigator said: another approach from a fresh start, other phases in its place, or none. */
export function investigated(run: Run, phase: Phase, answer: Investigation): Decision {
  switch (answer.decision) {
    case "new_approach": {
      const fresh = {
        ...escalated(phase),
        candidate: null,
        verdict: null,
        acceptance: null,
        evidence: [],
        findings: [],
      };
      return build(run, { ...fresh, approach: answer.instructions });
    }
    case "split": {
      const split = splitPhase(run, phase, answer.phases);
      if (split !== null && split.phases.length <= strategyOf(run).maxPhases)
        return become(planRun({ ...run, phases: split.phases }));
      const message = `the investigator would split it into ${answer.phases.length}, which is more than the run may have: ${answer.summary}`;
      return abandon(run, phase, { reason: "phases_failed", message });
    }
    case "give_up":
      return abandon(run, phase, { reason: "phases_failed", message: `the investigator gave up: ${answer.summary}` });
  }
}
