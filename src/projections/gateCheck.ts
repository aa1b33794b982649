import type { Finding } from "../domain/finding.ts";
import type { GateResult, StepResult } from "../domain/gate.ts";
import { plainBlock, plainLine } from "../domain/plainText.ts";
import type { Run } from "../domain/run.ts";
import { CHECK_NAMES, cutOutput, externalId } from "./checkRun.ts";
import type { CheckAnnotation, CheckRun } from "../domain/checkRun.ts";
import { count } from "./headline.ts";
import { judgedLine } from "./judgedLine.ts";
import { code, fenced, folded, inline } from "./safeMarkdown.ts";
import { duration } from "./spendLine.ts";

/** Output shown of one command, in characters. */
const TAIL = 8000;

/** A gate's verdict on the head, with its evidence: what ran, what it printed, what was found. */
export function gateCheck(run: Run, result: GateResult): CheckRun {
  return {
    name: CHECK_NAMES[result.gate],
    sha: result.sha,
    externalId: externalId(run.id, result.gate, result.sha),
    status: "completed",
    conclusion: result.conclusion,
    title: titleOf(result),
    summary: cutOutput(summaryOf(run, result)),
    text: cutOutput([...result.steps.map(stepText), ...result.findings.map(findingText)].join("\n\n")),
    annotations: result.findings.flatMap(annotation),
  };
}

function titleOf({ conclusion, reason, findings }: GateResult): string {
  const verdict = { success: "Passed", failure: "Failed", skipped: "Skipped" }[conclusion];
  const found = findings.length === 0 ? "" : `, ${count(findings.length, "finding")}`;
  return plainLine(`${verdict}: ${reason}${found}`, 200);
}

function summaryOf(run: Run, { conclusion, reason, steps }: GateResult): string {
  const lines = steps.map(
    (step) =>
      `- ${step.outcome === "passed" ? "✅" : "❌"} ${code(step.name)}: ${outcome(step)}, ${duration(step.durationMs)}`,
  );
  return [
    inline(reason),
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    ...(conclusion === "failure" ? ["Next: push a fix, or `/autopack retry`"] : []),
    judgedLine(run),
  ].join("\n\n");
}

function outcome({ outcome: ended, exitCode }: StepResult): string {
  switch (ended) {
    case "passed":
      return "passed";
    case "failed":
      return `failed with exit code ${exitCode ?? "unknown"}`;
    case "timed_out":
      return "timed out";
  }
}

function stepText(step: StepResult): string {
  const output = step.tail.trim() === "" ? "No output." : fenced(step.tail, { maxLength: TAIL, keep: "end" });
  const body = `${code(step.command)}\n\n${output}`;
  return step.outcome === "passed"
    ? folded(`Output of a step that passed`, `${code(step.name)}\n\n${body}`)
    : `### ${code(step.name)}: ${outcome(step)}\n\n${body}`;
}

function findingText(finding: Finding): string {
  const lines = finding.lines === null ? "" : `:${finding.lines.start}`;
  const place = finding.path === null ? "" : ` in ${code(finding.path + lines)}`;
  const detail = finding.detail.trim() === "" ? "" : `\n\n${fenced(finding.detail, { maxLength: 2000 })}`;
  return `**${finding.severity}**${place}: ${inline(finding.title)}${detail}`;
}

/** A finding on a line; one that concerns the change as a whole stands in the text only. */
function annotation(finding: Finding): readonly CheckAnnotation[] {
  if (finding.path === null) return [];
  const start = Math.max(1, finding.lines?.start ?? 1);
  return [
    {
      path: finding.path,
      startLine: start,
      endLine: Math.max(start, finding.lines?.end ?? start),
      level: finding.severity === "major" ? "failure" : "warning",
      title: plainLine(finding.title, 200),
      message: plainBlock(finding.detail === "" ? finding.title : finding.detail).slice(0, 8000),
    },
  ];
}
