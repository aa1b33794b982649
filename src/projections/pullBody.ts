import type { GateResult } from "../domain/gate.ts";
import type { AcceptedObjections } from "../domain/objection.ts";
import type { Phase } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";
import { gatesOnHead } from "./gatesOnHead.ts";
import { count } from "./headline.ts";
import { linkTo, shortSha } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { cell, code, inline, titleText } from "./safeMarkdown.ts";
import { spendLine } from "./spendLine.ts";

const BEGIN = "<!-- autopack:begin -->";
const END = "<!-- autopack:end -->";

/** Enough for 50 phases with their findings; the rest of GitHub's 65,536 characters is left to people. */
const MAX_LENGTH = 40_000;

export function pullTitle(run: Run): string {
  const title = titleText(run.request.title);
  return title === "" ? `Autopack run ${run.id}` : title;
}

/**
 * The pull request's body: ours between the markers, whatever people wrote around them kept.
 *
 * Where one of the markers is gone, ours goes on top and all that is there stays, as it cannot be told apart any more.
 */
export function pullBody(view: RunView, current: string | null): string {
  const ours = `${BEGIN}\n${pullText(view)}\n${END}`;
  if (current === null || current.trim() === "") return ours;
  const from = current.indexOf(BEGIN);
  const to = current.indexOf(END, from);
  if (from !== -1 && to !== -1) return current.slice(0, from) + ours + current.slice(to + END.length);
  return `${ours}\n\n${current.replaceAll(BEGIN, "").replaceAll(END, "").trim()}`;
}

/**
 * What stands between the markers: the plan from the start, and the evidence once the head has been judged. Progress is not
 * in it, so that it is written twice in a run and not at every step.
 */
export function pullText(view: RunView): string {
  const { run } = view;
  const text = [
    `Closes #${run.request.issueNumber}`,
    `**Plan** (${count(run.phases.length, "phase")}; the status comment on #${run.request.issueNumber} shows how far it is)`,
    run.phases.map(plannedLine).join("\n"),
    ...(isJudged(run) ? evidence(view) : []),
    `<sub>Autopack run \`${run.id}\`. Write outside this part: everything in it is kept current.</sub>`,
  ].join("\n\n");
  if (text.length <= MAX_LENGTH) return text;
  return `${text.slice(0, MAX_LENGTH).replace(/\n[^\n]*$/, "")}\n\n… cut; the check runs have the rest.`;
}

function isJudged(run: Run): boolean {
  return run.state.kind === "promotable" || run.state.kind === "failed";
}

function plannedLine({ ordinal, plan }: Phase): string {
  return `${ordinal}. ${cell(plan.title)} (${cell(plan.category, 40)})`;
}

function evidence(view: RunView): readonly string[] {
  const { run, spend } = view;
  const landed = run.phases.filter((phase) => phase.state.kind === "complete");
  const gates = gatesOnHead(run);
  const base = run.verifiedBase === null ? "" : `, together with the base at ${shortSha(run.verifiedBase)}`;
  return [
    ...(landed.length === 0 ? [] : ["**What was done**", landed.map((phase) => landedLine(view, phase)).join("\n")]),
    ...(gates.length === 0 || run.head === null
      ? []
      : [`**Checks** on ${shortSha(run.head)}${base}`, gates.map(gateLine).join("\n")]),
    ...(run.accepted.length === 0
      ? []
      : ["**Objections of the rules that people accepted**", run.accepted.map(acceptedLine).join("\n")]),
    `**Spent:** ${spendLine(spend)}`,
  ];
}

function landedLine(view: RunView, phase: Phase): string {
  const { candidate, verdict, state, ordinal } = phase;
  const sha = state.kind === "complete" ? state.sha : null;
  const commit = sha === null ? "" : `[\`${shortSha(sha)}\`](${linkTo(view, `commit/${sha}`)})`;
  const size =
    candidate === null
      ? ""
      : `, ${count(candidate.filesChanged, "file")}, +${candidate.linesAdded} −${candidate.linesDeleted}`;
  const done = candidate === null || candidate.summary === "" ? "" : `: ${inline(candidate.summary)}`;
  const audit =
    verdict === null
      ? ""
      : `\n   Auditor: ${verdict.decision} (${verdict.confidence} confidence): ${inline(verdict.summary)}`;
  return `${ordinal}. ${commit}${size}${done}${audit}`;
}

function gateLine({ gate, conclusion, reason }: GateResult): string {
  return `- ${MARKS[conclusion]} ${code(`autopack/${gate}`)}: ${inline(reason)}`;
}

function acceptedLine({ ruleSet, fingerprints, by, reason, phase }: AcceptedObjections): string {
  const where = phase === null ? "on the head" : `in phase ${phase}`;
  return `- ${code(ruleSet)}, ${count(fingerprints.length, "objection")} ${where}: ${cell(by)}, ${inline(reason)}`;
}

const MARKS = { success: "✅", failure: "❌", skipped: "⏭️" } as const;
