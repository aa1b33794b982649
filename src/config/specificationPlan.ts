import type { PlannedPhase } from "../domain/plan.ts";
import { plainBlock, plainLine } from "../domain/plainText.ts";
import { refused, UNSAID } from "./planResult.ts";
import type { IssueText, PlanResult } from "./planResult.ts";

const TIER = "Specification";
const MAX_SLUG_LENGTH = 40;
const MAX_ISSUE_LENGTH = 40_000;

interface Document {
  readonly name: string;
  readonly title: string;
  readonly task: string;
  readonly criteria: readonly string[];
}

/** The three steps of Spec Kit, each with what its document is for. */
const DOCUMENTS: readonly Document[] = [
  {
    name: "spec.md",
    title: "Specify what is wanted",
    task: "Write the specification: what is wanted and why, for whom, user stories in order of priority with acceptance scenarios, functional requirements (`FR-001` …), edge cases, and success criteria that can be measured. No technology, no design. Mark what the issue leaves open as `[NEEDS CLARIFICATION: …]` instead of guessing.",
    criteria: ["Every requirement can be tested", "It says nothing about how it will be built"],
  },
  {
    name: "plan.md",
    title: "Plan how it is to be built",
    task: "Write the implementation plan for the specification beside it, by the code that is there: the technical context, the parts to be changed and added with their paths, data and interfaces, risks, and how it will be tested. Follow the conventions of the repository.",
    criteria: ["Every requirement of the specification is covered", "Paths that are to be changed exist"],
  },
  {
    name: "tasks.md",
    title: "Break the plan into tasks",
    task: "Write the tasks for the plan beside it, as Spec Kit does: headings `## Phase N: …`, and under them lines `- [ ] T001 [P] [US1] Do this in path/to/file.ts`, each one change that can be tested by itself, naming its files; `(depends on T001)` where the order is not enough. Tests come before what they test.",
    criteria: ["Every task names the files it changes", "Every part of the plan has a task"],
  },
];

/** Where the documents of an issue's specification lie: `specs/007-greet-by-name/`, as Spec Kit names it. */
export function specificationFolder(issueNumber: number, title: string): string {
  const slug = title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_SLUG_LENGTH)
    .replaceAll(/^-+|-+$/g, "");
  return `specs/${String(issueNumber).padStart(3, "0")}-${slug === "" ? "feature" : slug}/`;
}

/**
 * The plan that writes a specification of an issue and nothing else: specify, plan, tasks, one document each.
 *
 * A later run of an issue that names the folder takes its plan from the `tasks.md`.
 */
export function specificationPlan(
  issue: IssueText & { readonly number: number },
  { maxPhases }: { readonly maxPhases: number },
): PlanResult {
  if (maxPhases < DOCUMENTS.length)
    return refused(`a specification takes ${DOCUMENTS.length} phases, and a run takes at most ${maxPhases}`);
  const folder = specificationFolder(issue.number, issue.title);
  const phases = DOCUMENTS.map((document, index) => phaseFor(document, { issue, folder, index }));
  return { kind: "ok", plan: { source: "spec", phases } };
}

interface Place {
  readonly issue: IssueText;
  readonly folder: string;
  readonly index: number;
}

function phaseFor({ name, title, task, criteria }: Document, { issue, folder, index }: Place): PlannedPhase {
  const path = `${folder}${name}`;
  const earlier = DOCUMENTS.slice(0, index).map((document) => `\`${folder}${document.name}\``);
  return {
    ...UNSAID,
    title,
    tier: TIER,
    category: "docs",
    instructions: [
      `${task}\n\nIt goes into \`${path}\`; change nothing outside \`${folder}\`, and no code.`,
      ...(earlier.length === 0 ? [] : [`It builds on ${earlier.join(" and ")}.`]),
      `The issue it is about:\n\n# ${plainLine(issue.title, 200)}\n\n${plainBlock(issue.body).slice(0, MAX_ISSUE_LENGTH)}`,
    ].join("\n\n"),
    acceptance: criteria,
    spec: {
      gateMode: "all_pass",
      minScore: 1,
      validators: [{ type: "file_exists", name: `${name} is there`, weight: 1, required: true, path, mustExist: true }],
      retry: null,
      useFallback: true,
    },
    files: [path],
    impacts: [{ operation: "update", path, source: "declared", confidence: 1 }],
    dependsOn: index === 0 ? [] : [index],
  };
}
