import type { Finding } from "../domain/finding.ts";
import type { GateEvidence, StepResult } from "../domain/gate.ts";
import type { Sha, TreeId } from "../domain/ids.ts";
import { acceptanceOf, standing } from "../domain/objection.ts";
import type { AcceptedObjections, Objection } from "../domain/objection.ts";
import type { Phase } from "../domain/phase.ts";
import { isLanded } from "../domain/phase.ts";
import { rulesOf, strategyOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import type { Settings } from "../domain/settings.ts";
import type { GateContext } from "../gates/context.ts";
import { isLockfile } from "../gates/dependencies/lockfiles.ts";
import { manifestReader } from "../gates/dependencies/readManifest.ts";
import { judgeChange } from "../gates/judgeChange.ts";
import type { RuleSetJudgement } from "../gates/judgeChange.ts";
import type { PastPatch, TextChange } from "../ports/git.ts";
import type { JobDeps } from "./handler.ts";

/** Text of all changed files together, both sides: far beyond what a phase may change, and what memory has room for. */
const MAX_BYTES = 64 * 1024 * 1024;

/** How far back a change may be undone unnoticed; the walk costs some milliseconds however long the history is. */
const COMMITS_LOOKED_AT = 50;

/** What is to be judged, and by what it is held. */
interface JudgedWork {
  readonly run: Run;
  readonly settings: Settings;
  /** The phase whose change it is; null: all that the branch brings. */
  readonly phase: Phase | null;
  readonly from: Sha;
  readonly to: Sha | TreeId;
}

/** What the rules say, as a part of preflight. */
export type StaticJudgement = Required<Pick<GateEvidence, "steps" | "findings" | "objections">> & {
  /** In a line, when something keeps the change from landing; else null. */
  readonly refusal: string | null;
};

/** Has the deterministic rules judge the lines that a change touches. Runs nothing of the repository, and needs no checkout. */
export async function judgeStatically(work: JudgedWork, deps: JobDeps): Promise<StaticJudgement> {
  const { run, from, to } = work;
  const { files, unread } = await deps.git.changedFiles(run.repository, { from, to, maxBytes: MAX_BYTES });
  const [earlier, lockfiles] = await Promise.all([earlierOf(work, files, deps), lockfilesOf(work, files, deps)]);
  const judgements = await judgeChange({ files, unread, earlier }, contextOf(work, lockfiles));
  return toEvidence(judgements, run.accepted);
}

/** Only what takes lines away can undo anything; most changes cost nothing here. */
async function earlierOf(
  { run, settings, from }: JudgedWork,
  files: readonly TextChange[],
  { git }: JobDeps,
): Promise<readonly PastPatch[]> {
  const paths = files.filter(({ before, removed, added }) => before !== null && removed.size + added.size > 1);
  if (settings.gates.levels.revert === "off" || paths.length === 0) return [];
  const of = { at: from, paths: paths.map(({ path }) => path), maxCommits: COMMITS_LOOKED_AT };
  return git.pastPatches(run.repository, of);
}

async function lockfilesOf(
  { run, settings, from }: JudgedWork,
  files: readonly TextChange[],
  { git }: JobDeps,
): Promise<readonly string[]> {
  const isAsked = files.some(({ path }) => manifestReader(path) !== null);
  if (settings.gates.levels.dependencies === "off" || !isAsked) return [];
  const all = await git.listFiles(run.repository, { sha: from, under: "" });
  return all.filter((path) => isLockfile(path) && !path.includes("node_modules/"));
}

/** The whole is not held to the plan of any one phase, nor to the strictest: its parts were. */
function contextOf({ run, settings, phase }: JudgedWork, lockfiles: readonly string[]): GateContext {
  const phases = phase === null ? run.phases.filter(isLanded) : [phase];
  const impacts = phases.flatMap(({ plan }) => plan.impacts);
  return {
    settings: settings.gates,
    isStrict: phase !== null && isStrict(run, phase),
    planText: [run.request.title, run.request.body, ...phases.map(textOf)].join("\n"),
    followsPlan: phase !== null && phase.plan.revision === undefined,
    plannedFiles: phases.flatMap(({ plan }) => plan.files),
    expectedFiles: impacts.filter(({ operation }) => operation !== "read").map(({ path }) => path),
    generated: settings.paths.generated,
    lockfiles,
  };
}

/**
 * Somebody has called the phase by a category that is held strictly. A category that nobody knows is held strictly elsewhere, but
 * is no word about files and packages: most plans have none.
 */
function isStrict(run: Run, phase: Phase): boolean {
  const { category, ciProfile } = rulesOf(run, phase);
  return ciProfile === "strict" && Object.hasOwn(strategyOf(run).categories, category);
}

function textOf({ plan }: Phase): string {
  return [plan.title, plan.instructions, ...plan.acceptance].join("\n");
}

function toEvidence(judgements: readonly RuleSetJudgement[], accepted: readonly AcceptedObjections[]): StaticJudgement {
  const objections = judgements.flatMap((judgement) => judgement.objections);
  const stands = standing(objections, accepted);
  const steps = judgements.filter((judgement) => judgement.objections.length > 0).map((each) => toStep(each, accepted));
  const refused = steps.filter(({ outcome }) => outcome === "failed").map(({ name }) => name);
  const many = stands.length === 1 ? "1 objection" : `${stands.length} objections`;
  return {
    steps,
    objections,
    findings: objections.map((objection) => toFinding(objection, accepted)),
    refusal: stands.length === 0 ? null : `${refused.join(", ")}: ${many} to the change`,
  };
}

/** What a rule set says, in the form of a step without a command. */
function toStep(
  { ruleSet, objections, durationMs }: RuleSetJudgement,
  accepted: readonly AcceptedObjections[],
): StepResult {
  const isRed = standing(objections, accepted).length > 0;
  return {
    name: `${ruleSet.slice(0, 1).toUpperCase()}${ruleSet.slice(1)}`,
    command: "",
    outcome: isRed ? "failed" : "passed",
    exitCode: null,
    durationMs,
    log: null,
    tail: objections
      .slice(0, 20)
      .map(
        (objection) =>
          `${objection.level === "blocks" ? "blocks" : "warns"}: ${placeOf(objection)}: ${objection.message}`,
      )
      .join("\n"),
    ruleSet,
  };
}

/** What blocks is major; what somebody has accepted, and what only warns, is minor. */
function toFinding(objection: Objection, accepted: readonly AcceptedObjections[]): Finding {
  const { level, message, remedy, path, lines, side, ruleSet, rule, fingerprint } = objection;
  const by = level === "blocks" ? acceptanceOf(accepted, objection) : undefined;
  const taken = by === undefined ? [] : [`Accepted by ${by.by}: ${by.reason}`];
  return {
    severity: level === "blocks" && by === undefined ? "major" : "minor",
    source: "static_check",
    title: message,
    detail: [...taken, remedy, `Rule: ${ruleSet}/${rule}, fingerprint ${fingerprint}`].join("\n"),
    path,
    // Lines that are gone cannot be shown in the file as it is left.
    lines: side === "after" ? lines : null,
  };
}

/** What the next Builder attempt reads: every objection that stands, where, and what to do about it. */
export function refusalText(evidence: readonly GateEvidence[], accepted: readonly AcceptedObjections[]): string | null {
  const objections = standing(
    evidence.flatMap((each) => each.objections ?? []),
    accepted,
  );
  if (objections.length === 0) return null;
  const lines = objections
    .slice(0, 30)
    .map((each) => `- ${placeOf(each)} (${each.ruleSet}): ${each.message} ${each.remedy}`);
  const more = objections.length > 30 ? [`- and ${objections.length - 30} more`] : [];
  return ["The rules do not let this change pass:", ...lines, ...more].join("\n");
}

function placeOf({ path, lines, side }: Objection): string {
  const line = lines === null ? "" : `:${lines.start}`;
  return `${path}${line}${side === "before" && lines !== null ? " (before the change)" : ""}`;
}
