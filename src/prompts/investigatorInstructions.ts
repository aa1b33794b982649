import type { Finding } from "../domain/finding.ts";
import { NO_PROMPT_OVERRIDES } from "../domain/promptOverrides.ts";
import type { PromptOverrides } from "../domain/promptOverrides.ts";
import { composePrompt } from "./composePrompt.ts";
import { dataSection } from "./dataSection.ts";
import { phaseContext, phasePlaceholders } from "./phaseContext.ts";
import type { PhaseWork } from "./phaseContext.ts";
import { feedbackSection, findingLine, listSection, planLines, taskFacts } from "./taskFacts.ts";

/** What an investigator looks at, beside the plan and the checkout. All of it is cut to sizes that can be read. */
export interface InvestigationMaterial {
  /** The last candidate's difference from where it started; empty when there is none. */
  readonly diff: string;
  /** Patches of earlier attempts, oldest first. */
  readonly earlierDiffs: readonly string[];
  /** What went wrong, oldest first. `attempt`: its number, or null for a check of its result. */
  readonly errors: readonly { readonly attempt: number | null; readonly class: string; readonly message: string }[];
  readonly findings: readonly Finding[];
  /** The last 500 lines of the run's history, oldest first. */
  readonly history: readonly string[];
}

/** The caller has cut everything already. */
const MAX_LENGTH = 1_000_000;

/** What an investigator is told. */
export function investigatorInstructions(
  work: PhaseWork,
  material: InvestigationMaterial,
  { overrides = NO_PROMPT_OVERRIDES }: { readonly overrides?: PromptOverrides } = {},
): string {
  const { run, phase } = work;
  const said = { form: "output", maxLength: MAX_LENGTH } as const;
  const changed = { form: "code", maxLength: MAX_LENGTH, from: "From an agent that was not successful." } as const;
  return composePrompt({
    role: "investigator",
    manner: null,
    overrides,
    placeholders: phasePlaceholders(work),
    facts: [
      feedbackSection(phase, "Why you were called"),
      ...taskFacts(run, phase),
      listSection("The plan", planLines(run), "All phases of the run, as they stand."),
      dataSection({
        ...said,
        title: "The approach an earlier investigation asked for",
        from: "From another investigator.",
        text: phase.approach ?? "",
      }),
      dataSection({
        ...said,
        title: "What went wrong so far, oldest first",
        from: "From programs, agents and the supervisor.",
        text: errorText(material),
      }),
      dataSection({ ...changed, title: "The last attempt's change", text: material.diff }),
      ...material.earlierDiffs.map((text) => dataSection({ ...changed, title: "An earlier attempt's change", text })),
      listSection("Findings", material.findings.map(findingLine), "From agents and checks."),
      dataSection({
        ...said,
        title: "The end of the run's history",
        from: "From Autopack; it quotes people, programs and agents.",
        text: material.history.join("\n"),
      }),
    ],
  });
}

/** The same facts for programs. `investigation` counts from 1. */
export function investigatorContext(
  work: PhaseWork,
  material: InvestigationMaterial,
): Readonly<Record<string, unknown>> {
  const { run, phase } = work;
  return {
    ...phaseContext(work),
    investigation:
      phase.pastAttempts.filter(({ role, state }) => role === "investigator" && state !== "lost").length + 1,
    approach: phase.approach,
    plan: run.phases.map(({ ordinal, plan, state }) => ({
      ordinal,
      title: plan.title,
      state: state.kind,
      depends_on: plan.dependsOn,
    })),
    diff: material.diff,
    earlier_diffs: material.earlierDiffs,
    errors: material.errors,
    findings: material.findings,
    history: material.history,
  };
}

function errorText({ errors }: InvestigationMaterial): string {
  return errors
    .map((error) => {
      const where = error.attempt === null ? "A check of its result" : `Attempt ${error.attempt}`;
      return `${where} (${error.class}): ${error.message}`;
    })
    .join("\n\n");
}
