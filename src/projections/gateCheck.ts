import type { Finding } from "../domain/finding.ts";
import { externalId } from "../domain/externalId.ts";
import { isGreen } from "../domain/gate.ts";
import type { GateName, GateResult, StepResult } from "../domain/gate.ts";
import type { Sha } from "../domain/ids.ts";
import type { RuleSet } from "../domain/objection.ts";
import { overrideOf } from "../domain/overrides.ts";
import { plainBlock, plainLine } from "../domain/plainText.ts";
import type { Override, Run } from "../domain/run.ts";
import { checkEnd, checkRemedy, rulesEnd, rulesText } from "./checkStep.ts";
import { checkActions } from "./checkActions.ts";
import { CHECK_NAMES, cutOutput, restOf } from "./checkRun.ts";
import type { CheckAnnotation, CheckRun } from "../domain/checkRun.ts";
import { count } from "./headline.ts";
import { judgedLine } from "./judgedLine.ts";
import type { RunView } from "./runView.ts";
import { cell, code, fenced, folded, inline } from "./safeMarkdown.ts";
import { duration } from "./spendLine.ts";

/** Output shown of one command, in characters. */
const TAIL = 8000;

/**
 * A gate's verdict on the head, with its evidence: what ran, what it printed, what was found.
 *
 * A red gate that somebody lets this head pass is neutral, which branch protection takes for met, and says who and why.
 */
export function gateCheck(view: RunView, result: GateResult): CheckRun {
  const { run } = view;
  const override = isGreen(result) ? undefined : overrideOf(run, result.gate);
  const rest = restOf(view);
  return {
    name: CHECK_NAMES[result.gate],
    sha: result.sha,
    externalId: externalId(run.id, result.gate, result.sha),
    status: "completed",
    conclusion: override === undefined ? result.conclusion : "neutral",
    title: override === undefined ? titleOf(result) : overrideTitle(override),
    summary: cutOutput(summaryOf(run, result, override), rest),
    text: cutOutput(
      [...result.steps.map((step) => stepText(run, step)), ...result.findings.map(findingText)].join("\n\n"),
      rest,
    ),
    annotations: result.findings.flatMap(annotation),
    actions: checkActions(run, result.gate),
  };
}

/** A gate of the head that is being judged, at once or again. `title` is ours. */
export function gateUnderWay(
  run: Run,
  about: { readonly gate: GateName; readonly sha: Sha; readonly title: string; readonly details: string },
): CheckRun {
  return {
    name: CHECK_NAMES[about.gate],
    sha: about.sha,
    externalId: externalId(run.id, about.gate, about.sha),
    status: "in_progress",
    conclusion: null,
    title: about.title,
    summary: [about.details, judgedLine(run)].filter((part) => part !== "").join("\n\n"),
    text: "",
    annotations: [],
    actions: [],
  };
}

function titleOf({ conclusion, reason, findings, profile }: GateResult): string {
  const verdict = { success: "Passed", failure: "Failed", skipped: "Skipped" }[conclusion];
  const how = profile === undefined ? "" : ` (${profile})`;
  const found = findings.length === 0 ? "" : `, ${count(findings.length, "finding")}`;
  return plainLine(`${verdict}${how}: ${reason}${found}`, 200);
}

function overrideTitle({ by, reason }: Override): string {
  return plainLine(`Overridden by ${by}: ${reason}`, 200);
}

function summaryOf(run: Run, result: GateResult, override: Override | undefined): string {
  const { gate, conclusion, reason, steps, profile } = result;
  const lines = steps.map(
    (step) =>
      `- ${step.outcome === "passed" ? "✅" : "❌"} ${code(step.name)}: ${outcome(step)}, ${duration(step.durationMs)}`,
  );
  const passes =
    override === undefined ? [] : [`${cell(override.by)} lets this commit pass: ${inline(override.reason)}`];
  return [
    ...passes,
    inline(reason),
    ...(profile === undefined ? [] : [`Profile: \`${profile}\``]),
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    ...(conclusion === "failure" && override === undefined ? [next(gate, result.steps)] : []),
    judgedLine(run),
  ].join("\n\n");
}

function next(gate: GateName, steps: readonly StepResult[]): string {
  const refusing = steps.flatMap(({ ruleSet, outcome: ended }) => (ended === "failed" ? (ruleSet ?? []) : []));
  if (refusing.length > 0) return rulesNext(refusing);
  return [
    "Next: push a fix, or type `/autopack fix …` or `/autopack retry`;",
    `\`/autopack ${gate}\` runs it again, and \`/autopack override ${gate} reason="…"\` lets this commit pass (maintain)`,
  ].join(" ");
}

/** What a rule set refuses is accepted by its name, for just that code, so that the next head is judged as strictly. */
function rulesNext(ruleSets: readonly RuleSet[]): string {
  const commands = ruleSets.map((ruleSet) => `\`/autopack override ${ruleSet} reason="…"\``);
  return `Next: push a fix, or have somebody accept what stands with ${commands.join(" and ")} (maintain)`;
}

function outcome(step: StepResult): string {
  const { outcome: ended, exitCode, check, ruleSet } = step;
  if (check !== undefined) return checkEnd(check);
  if (ruleSet !== undefined) return rulesEnd(step);
  switch (ended) {
    case "passed":
      return "passed";
    case "failed":
      return `failed with exit code ${exitCode ?? "unknown"}`;
    case "timed_out":
      return "timed out";
  }
}

function stepText(run: Run, step: StepResult): string {
  if (step.ruleSet !== undefined) return `### ${code(step.name)}: ${outcome(step)}\n\n${rulesText(step)}`;
  const output = step.tail.trim() === "" ? "No output." : fenced(step.tail, { maxLength: TAIL, keep: "end" });
  const whole =
    step.log === null ? "" : `\n\nAll of it: ${code(`autopack runs log ${run.id} ${step.log.slice(0, 12)}`)}`;
  const remedy = checkRemedy(step);
  const help = remedy === null ? "" : `\n\n${remedy}`;
  const body = `${code(step.command)}\n\n${output}${whole}${help}`;
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
