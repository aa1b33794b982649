import type { Triage } from "../domain/triage/triage.ts";
import { cutText, plainBlock } from "../domain/plainText.ts";
import { inline } from "./safeMarkdown.ts";

const MAX_REASON_LENGTH = 2000;

/**
 * What people are told of an issue for which nothing was planned: what is missing, what they are asked, and how to go on. The
 * reason and the questions may be an agent's words.
 */
export function triageNotice({ verdict, reason, questions, duplicateOf }: Triage): string {
  const asked = questions.map((question) => `- ${inline(question)}`);
  return [
    `**${headline(verdict, duplicateOf)}**`,
    paragraphs(reason),
    ...(asked.length > 0 ? [`What would help:\n\n${asked.join("\n")}`] : []),
    wayOut(verdict),
  ].join("\n\n");
}

function headline(verdict: Triage["verdict"], duplicateOf: number | null): string {
  switch (verdict) {
    case "too_vague":
      return "This issue does not say enough to be worked on.";
    case "unsolvable":
      return "A change of this repository would not do what this issue asks for.";
    case "duplicate":
      return duplicateOf === null
        ? "What this issue asks for seems to be there already."
        : `This issue asks for the same as #${duplicateOf}.`;
  }
}

function wayOut(verdict: Triage["verdict"]): string {
  const again =
    "add the label again or type `/autopack run`. Answers in comments are not enough: a run goes by the issue's text";
  switch (verdict) {
    case "too_vague":
      return `Edit the issue so that it says so, then ${again}.`;
    case "unsolvable":
      return `If it can be done by changing files here after all, edit the issue so that it says how, then ${again}.`;
    case "duplicate":
      return `If it asks for something else, edit the issue so that it says what, then ${again}.`;
  }
}

function paragraphs(text: string): string {
  return cutText(plainBlock(text), MAX_REASON_LENGTH)
    .split(/\n+/)
    .map((line) => inline(line, MAX_REASON_LENGTH))
    .filter((line) => line !== "")
    .join("\n\n");
}
