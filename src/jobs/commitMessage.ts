import type { Candidate, Phase } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";

/** Git's own advice for subjects, with room for `Revert "…"`. */
const SUBJECT_LENGTH = 72;

/** Subject from the phase, body why, trailers to find run, phase and attempt again. One phase always gives one text. */
export function commitMessage(run: Run, phase: Phase, candidate: Candidate): string {
  const { title } = phase.plan;
  const subject = title.length <= SUBJECT_LENGTH ? title : `${title.slice(0, SUBJECT_LENGTH - 1)}…`;
  const why =
    candidate.summary === ""
      ? `Phase ${phase.ordinal} of ${run.phases.length} for #${run.request.issueNumber}.`
      : candidate.summary;
  const trailers = [
    `Autopack-Run: ${run.id}`,
    `Autopack-Phase: ${phase.id}`,
    `Autopack-Attempt: ${builderAttempt(phase)}`,
  ];
  return `${subject}\n\n${oneParagraphSafe(why)}\n\n${trailers.join("\n")}\n`;
}

function builderAttempt(phase: Phase): string {
  const attempts = phase.attempt === null ? phase.pastAttempts : [...phase.pastAttempts, phase.attempt];
  return attempts.findLast((attempt) => attempt.role === "builder" && attempt.state === "completed")?.id ?? phase.id;
}

/** A summary is an agent's text: a line that looks like a trailer must not become one. */
function oneParagraphSafe(text: string): string {
  return text
    .trim()
    .split("\n")
    .map((line) => (/^[A-Za-z0-9-]+:\s/.test(line) ? `  ${line}` : line))
    .join("\n");
}
