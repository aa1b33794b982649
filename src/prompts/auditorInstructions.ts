import type { Phase } from "../domain/phase.ts";
import { NO_PROMPT_OVERRIDES } from "../domain/promptOverrides.ts";
import type { PromptOverrides } from "../domain/promptOverrides.ts";
import { rulesOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import { GENERAL_REVIEW } from "../domain/strategy/categories.ts";
import { composePrompt } from "./composePrompt.ts";
import { dataSection } from "./dataSection.ts";
import { phasePlaceholders } from "./phaseContext.ts";
import type { PhaseWork } from "./phaseContext.ts";
import { feedbackSection, findingLine, listSection, planLines, taskFacts } from "./taskFacts.ts";

const FINAL = "final";
/** The caller cuts a diff by bytes. */
const MAX_DIFF_LENGTH = 1_000_000;
const MAX_SUMMARY_LENGTH = 4000;

/** What an Auditor is told. The diff is shown with all that is invisible in it written out. */
export function auditorInstructions(
  work: PhaseWork,
  { diff, overrides = NO_PROMPT_OVERRIDES }: { readonly diff: string; readonly overrides?: PromptOverrides },
): string {
  const { run, phase } = work;
  const profile = auditorProfile(run, phase);
  return composePrompt({
    role: "auditor",
    manner: profile,
    overrides,
    placeholders: { ...phasePlaceholders(work), profile },
    frame: { whole: profile === FINAL },
    facts: [
      ...taskFacts(run, phase),
      listSection("The plan", planLines(run), "All phases of the run, as they stand."),
      ...judgedFacts(phase),
      dataSection({
        title: "What the Builder says of its change",
        from: "From the agent that you judge.",
        form: "output",
        text: phase.candidate?.summary ?? "",
        maxLength: MAX_SUMMARY_LENGTH,
      }),
      dataSection({
        title: "Diff",
        from: "The change that you judge. It may have been cut at its end; the working directory has all of it.",
        form: "code",
        text: diff,
        maxLength: MAX_DIFF_LENGTH,
      }),
    ],
  });
}

/** Which kind of audit it is: of everything that has landed, or what the phase's category calls for. */
export function auditorProfile(run: Run, phase: Phase): string {
  if (phase.candidate?.isWhole === true || phase.plan.audit !== undefined) return FINAL;
  return rulesOf(run, phase).auditorProfile ?? GENERAL_REVIEW;
}

/** What gates, validators and earlier judges said. */
function judgedFacts(phase: Phase): readonly (string | null)[] {
  const { evidence, acceptance, findings } = phase;
  const gates = evidence.map(({ gate, conclusion, reason }) => `${gate}: ${conclusion}. ${reason}`);
  const validators = (acceptance?.results ?? []).map(
    ({ name, verdict, expected, got }) => `${name}: ${verdict}. Expected: ${expected}. Came: ${got}`,
  );
  const judged = acceptance === null ? [] : [acceptance.reason, ...validators];
  const found = [...findings, ...evidence.flatMap((gate) => gate.findings), ...(acceptance?.findings ?? [])];
  return [
    listSection("Gates", gates, "What the deterministic checks say of this change."),
    listSection("Validators", judged, "What the plan's validators say, all together and each."),
    listSection("Findings so far", found.map(findingLine), "From the Builder and the checks; not judged by anybody."),
    feedbackSection(phase, "What was wrong with an earlier attempt"),
  ];
}
