import type { CheckOutcome, StepResult } from "../domain/gate.ts";
import { integrationBranch } from "../domain/ids.ts";
import type { RunId } from "../domain/ids.ts";
import type { Plan } from "../domain/plan.ts";
import { isDryRun, isLiveRun } from "../domain/run.ts";
import type { Run, RunState } from "../domain/run.ts";
import { conditionList } from "./conditionList.ts";
import { awaitedLine } from "./awaitedCi.ts";
import { checkEnd, checkRemedy, rulesEnd, rulesText } from "./checkStep.ts";
import { dryRunSection } from "./dryRunSection.ts";
import { findingsSection } from "./findingsSection.ts";
import { forecastSection } from "./forecastSection.ts";
import { gatesOnHead } from "./gatesOnHead.ts";
import { headline } from "./headline.ts";
import { issueDifference } from "./issueDifference.ts";
import { neededFromPeople } from "./neededFromPeople.ts";
import { phaseTable } from "./phaseTable.ts";
import { problemList } from "./problemList.ts";
import { addressPart, linkTo, shortSha } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { triageNotice } from "./triageNotice.ts";
import { cell, code, fenced, folded, inline } from "./safeMarkdown.ts";
import { quoteLine } from "./quoteLine.ts";
import { spendLine } from "./spendLine.ts";

/** The hidden first line by which a run's comment is found again. */
export function runMarker(id: RunId): string {
  return `<!-- autopack:run:${id} -->`;
}

/** The one comment that tells an issue's readers where its run stands. At most about 30,000 of GitHub's 65,536 characters. */
export function statusComment(view: RunView): string {
  const { run, spend } = view;
  const { emoji, words } = headline(run);
  return [
    runMarker(run.id),
    `### ${emoji} Autopack: ${words}`,
    ...warning(view),
    `**Needed from you:** ${neededFromPeople(view) ?? nothing(run.state)}`,
    ...failure(view),
    ...(run.state.kind === "promotable" ? [conditionList(run)] : []),
    ...(run.phases.length === 0 ? [] : [phaseTable(view)]),
    facts(view, spendLine(spend)),
    ...[dryRunSection(run), issueDifference(run), forecastSection(view), findingsSection(run)].filter(
      (section) => section !== "",
    ),
    ...failedSteps(run),
    `<sub>Run \`${run.id}\`, asked for by ${cell(run.request.requester)} · \`/autopack help\` lists the commands</sub>`,
  ].join("\n\n");
}

function nothing(state: RunState): string {
  return isLiveRun(state) ? "nothing; Autopack is at work (`/autopack cancel` stops it)" : "nothing";
}

function warning({ isolation }: RunView): readonly string[] {
  if (isolation !== "unsandboxed") return [];
  return ["> [!WARNING]\n> This server runs agents **without a sandbox**: its operator has switched that off."];
}

function failure(view: RunView): readonly string[] {
  const { state } = view.run;
  if (state.kind !== "failed") return [];
  if (state.triage !== undefined) return [triageNotice(state.triage)];
  const [first = ""] = state.message.split("\n");
  const whole = state.message.length > 400 || state.message !== first;
  return [
    `**What happened:** ${inline(first, 400)}`,
    ...(whole ? [folded("The whole of it", fenced(state.message, { maxLength: 6000 }))] : []),
    ...(state.problems.length > 0 ? [problemList(state.problems)] : []),
    ...(state.reason === "config_missing" ? [starter(view)] : []),
  ];
}

function starter(view: RunView): string {
  const file = fenced(view.starterConfig, { maxLength: 8000, language: "yaml" });
  return `A \`.github/autopack.yml\` to start from:\n\n${file}`;
}

function facts(view: RunView, spent: string): string {
  const { plan } = view.run;
  const lines = [
    ...branches(view),
    ...sideBySide(view.run),
    ...[awaitedLine(view.run)].flatMap((line) => (line === null ? [] : [`**CI:** ${line}`])),
    ...(plan === null ? [] : [`**Plan:** ${PLAN_SOURCES[plan.source]}`]),
    ...(view.run.quote === null || !isLiveRun(view.run.state) ? [] : [`**Quote:** ${quoteLine(view.run.quote)}`]),
    `**Spent:** ${spent}`,
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

const PLAN_SOURCES: Readonly<Record<Plan["source"], string>> = {
  issue_yaml: "the `autopack` block in the issue",
  tasks_md: "a `tasks.md` of the repository",
  task_list: "the task list in the issue",
  issue: "the issue itself, as one phase",
  planner: "written by the planner",
  spec: "the documents of a specification",
  backlog: "the clean-up of the repository's backlog",
};

/** The phases that are built at one time. */
function sideBySide({ waves }: Run): readonly string[] {
  const wave = waves.find(({ state }) => state === "running");
  return wave === undefined || wave.phases.length < 2 ? [] : [`**Side by side:** phases ${wave.phases.join(", ")}`];
}

function branches(view: RunView): readonly string[] {
  const { id, head, base, pull, state } = view.run;
  if (head === null || base === null || isDryRun(view.run)) return [];
  const branch = integrationBranch(id);
  const from = state.kind === "promoted" ? base.sha : base.branch;
  const to = state.kind === "promoted" ? head : branch;
  const compare = linkTo(view, `compare/${addressPart(from)}...${to}`);
  const pullLink = pull === null ? "" : ` · pull request [#${pull.number}](${linkTo(view, `pull/${pull.number}`)})`;
  const at = `[\`${shortSha(head)}\`](${linkTo(view, `commit/${head}`)})`;
  return [`**Branch:** \`${branch}\` at ${at} · [changes against ${code(base.branch)}](${compare})${pullLink}`];
}

/** The output of what failed last, while that is why the run stands still. */
function failedSteps(run: Run): readonly string[] {
  if (run.state.kind !== "failed") return [];
  const failed = run.phases.find((phase) => phase.state.kind === "failed");
  const evidence = failed === undefined ? gatesOnHead(run) : failed.evidence;
  return evidence
    .flatMap(({ gate, steps }) => steps.map((step) => ({ gate, step })))
    .filter(({ step }) => step.outcome !== "passed")
    .slice(0, 4)
    .map(({ gate, step }) => folded(`Output of ${gate}`, stepOutput(step)));
}

function stepOutput(step: StepResult): string {
  if (step.check !== undefined) return checkOutput(step, step.check);
  if (step.ruleSet !== undefined) return `${code(step.name)}: ${rulesEnd(step)}\n\n${rulesText(step)}`;
  const end = step.outcome === "timed_out" ? "timed out" : `exit code ${step.exitCode ?? "unknown"}`;
  return `${code(step.name)}, ${code(step.command)}: ${end}\n\n${fenced(step.tail, { maxLength: 2500, keep: "end" })}`;
}

function checkOutput(step: StepResult, check: CheckOutcome): string {
  const said = step.tail.trim() === "" ? [] : [fenced(step.tail, { maxLength: 2500 })];
  const remedy = checkRemedy(step);
  return [`${code(step.name)} ${checkEnd(check)}`, ...said, ...(remedy === null ? [] : [remedy])].join("\n\n");
}
