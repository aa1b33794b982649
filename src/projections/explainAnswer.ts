import type { AcceptanceResult } from "../domain/acceptance/acceptance.ts";
import type { Attempt } from "../domain/attempt.ts";
import { phaseFindings } from "../domain/findings/phaseFindings.ts";
import type { GateEvidence, StepResult } from "../domain/gate.ts";
import type { Phase } from "../domain/phase.ts";
import { findingLine } from "./findingLine.ts";
import { count } from "./headline.ts";
import { linkTo, shortSha } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { cell, code, fenced, folded, inline } from "./safeMarkdown.ts";
import { duration } from "./spendLine.ts";

/** Leaves room for the marker under GitHub's 65,536 characters. */
const MAX_LENGTH = 60_000;
const MAX_ATTEMPTS = 30;
const MAX_FAILURES = 10;
const MAX_FINDINGS = 30;
const MAX_RESULTS = 30;
const TAIL = 2000;

/** The story of one phase: where it stands, what was tried, what was said of the result, and on what evidence. */
export function explainAnswer(view: RunView, ordinal: number): string {
  const phase = view.run.phases.find((candidate) => candidate.ordinal === ordinal);
  if (phase === undefined) return `The run has no phase ${ordinal} any more.`;
  return fitted([
    `### Phase ${ordinal}: ${cell(phase.plan.title)}`,
    facts(view, phase),
    ...attempts(view, phase),
    ...failures(phase),
    ...change(phase),
    ...acceptance(phase.acceptance),
    ...verdict(phase),
    ...findings(phase),
    ...phase.evidence.flatMap(gate),
    ...feedback(phase),
  ]);
}

/** As many parts as fit, in order: the first ones say most. */
function fitted(parts: readonly string[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const part of parts) {
    length += part.length + 2;
    if (length > MAX_LENGTH)
      return [...shown, "… cut; the check runs and `autopack runs show` have the rest."].join("\n\n");
    shown.push(part);
  }
  return shown.join("\n\n");
}

function facts(view: RunView, phase: Phase): string {
  const planned = phase.plan.category;
  const raised =
    phase.raisedBecause === null ? "" : `, planned as ${cell(planned, 40)}: ${inline(phase.raisedBecause)}`;
  const counters = [
    phase.retryAttempt > 0 ? [`${phase.retryAttempt} failed`] : [],
    phase.revisionEpoch > 0 ? [count(phase.revisionEpoch, "revision")] : [],
    phase.escalationLevel > 0 ? [`escalated ${phase.escalationLevel}×`] : [],
    phase.auditFailures > 0 ? [`${phase.auditFailures} audits without a verdict`] : [],
    phase.interruptions > 0 ? [`interrupted ${phase.interruptions}×`] : [],
  ].flat();
  const lines = [
    `**State:** ${state(view, phase)}`,
    `**Category:** ${cell(phase.category, 40)}${raised} · tier ${phase.tier}`,
    ...(counters.length === 0 ? [] : [`**Counted:** ${counters.join(", ")}`]),
    ...(phase.plan.dependsOn.length === 0 ? [] : [`**After phases:** ${phase.plan.dependsOn.join(", ")}`]),
    ...(phase.approach === null ? [] : [`**The investigator's approach:** ${inline(phase.approach)}`]),
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

function state(view: RunView, { state: now }: Phase): string {
  switch (now.kind) {
    case "complete":
      return `complete as [\`${shortSha(now.sha)}\`](${linkTo(view, `commit/${now.sha}`)})`;
    case "failed":
      return `failed (${now.cause.replaceAll("_", " ")}): ${inline(now.reason)}`;
    case "skipped":
      return `skipped: ${inline(now.reason)}`;
    case "queued":
    case "building":
    case "checking":
    case "auditing":
    case "integrating":
      return now.kind;
  }
}

function attempts(view: RunView, phase: Phase): readonly string[] {
  const all = [...phase.pastAttempts, ...(phase.attempt === null ? [] : [phase.attempt])];
  if (all.length === 0) return ["No attempt has been made yet."];
  const shown = all.slice(-MAX_ATTEMPTS);
  const rows = shown.map((attempt) => attemptRow(phase, attempt));
  const rest = all.length > shown.length ? `\n\n… and ${all.length - shown.length} before them.` : "";
  const logs = `\n\n<sub>Logs: \`autopack runs log ${view.run.id} ${phase.ordinal}.<attempt>\` on the server</sub>`;
  return [["| Attempt | Role | Outcome | Why |", "|--:|---|---|---|", ...rows].join("\n") + rest + logs];
}

function attemptRow(phase: Phase, { number, role, state: ended, failure, waits }: Attempt): string {
  const waited = waits === 0 ? "" : `, waited ${waits}×`;
  const why = failure === null ? "" : `${failure.class.replaceAll("_", " ")}: ${cell(failure.message, 200)}`;
  return `| ${phase.ordinal}.${number} | ${role} | ${ended.replaceAll("_", " ")}${waited} | ${why} |`;
}

/** What it failed with since somebody or something else had a go at it. */
function failures({ failures: past }: Phase): readonly string[] {
  if (past.length === 0) return [];
  const lines = past
    .slice(-MAX_FAILURES)
    .map((each) => `- ${each.class.replaceAll("_", " ")}: ${inline(each.errorKey, 300)}`);
  return [`**${count(past.length, "failure")} in a row**\n\n${lines.join("\n")}`];
}

function change({ candidate }: Phase): readonly string[] {
  if (candidate === null) return [];
  const { filesChanged, linesAdded, linesDeleted, summary } = candidate;
  const said = summary === "" ? "" : `: ${inline(summary)}`;
  return [`**Change:** ${count(filesChanged, "file")}, +${linesAdded} −${linesDeleted}${said}`];
}

function acceptance(result: AcceptanceResult | null): readonly string[] {
  if (result === null) return [];
  const lines = result.results.slice(0, MAX_RESULTS).map((each) => {
    const mark = each.verdict === "passed" ? "✅" : "❌";
    const said =
      each.verdict === "passed" ? "" : `: expected ${inline(each.expected, 200)}, got ${inline(each.got, 300)}`;
    return `- ${mark} ${code(each.name)} (${each.type}${each.required ? ", required" : ""})${said}`;
  });
  return [
    `**Acceptance:** ${result.verdict}, ${inline(result.reason)}`,
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
  ];
}

function verdict({ verdict: said }: Phase): readonly string[] {
  if (said === null) return [];
  return [`**Auditor:** ${said.decision} (${said.confidence} confidence): ${inline(said.summary)}`];
}

function findings(phase: Phase): readonly string[] {
  const all = phaseFindings(phase);
  if (all.length === 0) return [];
  const lines = all.slice(0, MAX_FINDINGS).map(findingLine);
  const rest = all.length - lines.length;
  return [folded(count(all.length, "finding"), [...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join("\n"))];
}

const MARKS = { success: "✅", failure: "❌", skipped: "⏭️" } as const;

function gate({ gate: name, conclusion, reason, steps }: GateEvidence): readonly string[] {
  const head = `${MARKS[conclusion]} **${name}**: ${inline(reason)}`;
  return [head, ...steps.map(step)];
}

function step({ name, command, outcome, exitCode, durationMs, tail }: StepResult): string {
  const ended =
    outcome === "failed" ? `exit code ${exitCode ?? "unknown"}` : outcome === "timed_out" ? "timed out" : "passed";
  const output = tail.trim() === "" ? "No output." : fenced(tail, { maxLength: TAIL, keep: "end" });
  const title = `${outcome === "passed" ? "✅" : "❌"} a step that took ${duration(durationMs)}: ${ended}`;
  return folded(title, `${code(name)}: ${code(command)}\n\n${output}`);
}

function feedback(phase: Phase): readonly string[] {
  if (phase.feedback === null || phase.state.kind === "complete") return [];
  return [folded("What the next attempt is told", fenced(phase.feedback, { maxLength: 4000 }))];
}
