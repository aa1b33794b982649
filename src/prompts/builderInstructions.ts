import { NO_PROMPT_OVERRIDES } from "../domain/promptOverrides.ts";
import type { PromptOverrides } from "../domain/promptOverrides.ts";
import { rulesOf } from "../domain/rulesOf.ts";
import { composePrompt } from "./composePrompt.ts";
import { dataSection } from "./dataSection.ts";
import { phasePlaceholders } from "./phaseContext.ts";
import type { PhaseWork } from "./phaseContext.ts";
import { feedbackSection, taskFacts } from "./taskFacts.ts";

const MAX_APPROACH_LENGTH = 20_000;

/** What a Builder is told. `resumed`: the working tree holds what the previous attempt made. */
export function builderInstructions(
  work: PhaseWork,
  { resumed, overrides = NO_PROMPT_OVERRIDES }: { readonly resumed: boolean; readonly overrides?: PromptOverrides },
): string {
  const { run, phase } = work;
  const mode = rulesOf(run, phase).builderMode;
  return composePrompt({
    role: "builder",
    manner: mode,
    overrides,
    placeholders: { ...phasePlaceholders(work), mode },
    frame: { resumed },
    facts: [
      ...taskFacts(run, phase),
      dataSection({
        title: "The approach to take",
        from: "From an investigator, who looked into earlier attempts.",
        form: "output",
        text: phase.approach ?? "",
        maxLength: MAX_APPROACH_LENGTH,
      }),
      feedbackSection(phase, "What was wrong with the previous attempt"),
    ],
  });
}
