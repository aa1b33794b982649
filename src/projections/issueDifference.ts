import { cutText, plainBlock, plainLine } from "../domain/plainText.ts";
import { isLiveRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { lineDifference } from "./lineDifference.ts";
import { cell, fenced, folded } from "./safeMarkdown.ts";

/** Characters of one line, and of the whole difference, that are shown. */
const MAX_LINE = 300;
const MAX_LENGTH = 6000;

/**
 * What was changed in the issue after the run was asked for, folded away. Empty while the issue reads as the run knows it, and
 * once the run has ended.
 */
export function issueDifference({ request, edited, state }: Run): string {
  if (edited === null || !isLiveRun(state)) return "";
  const difference = lineDifference(asText(request), asText(edited));
  const shown =
    difference === ""
      ? "Only what cannot be seen was changed."
      : fenced(difference, { maxLength: MAX_LENGTH, language: "diff" });
  const note = `Edited by ${cell(edited.by)}. \`-\` is what the run was asked for and keeps to, \`+\` is what the issue says now.`;
  return folded("How the issue differs from what the run was asked for", `${note}\n\n${shown}`);
}

function asText({ title, body }: { readonly title: string; readonly body: string }): string {
  const lines = plainBlock(body).split("\n");
  return [`# ${plainLine(title, MAX_LINE)}`, "", ...lines.map((line) => cutText(line, MAX_LINE))].join("\n");
}
