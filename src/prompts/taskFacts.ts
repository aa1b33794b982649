import type { Finding } from "../domain/finding.ts";
import type { Phase } from "../domain/phase.ts";
import type { Plan } from "../domain/plan.ts";
import { cutText, plainLine } from "../domain/plainText.ts";
import type { Run } from "../domain/run.ts";
import { dataSection } from "./dataSection.ts";

const MAX_TASK_LENGTH = 40_000;
const MAX_LIST_LENGTH = 20_000;
const MAX_HUNK_LENGTH = 5000;
/** Characters of a path that are shown. */
const MAX_PLACE_LENGTH = 300;
const MAX_DETAIL_LENGTH = 500;

type Sections = readonly (string | null)[];

/** What is asked for: the phase's own instructions, the issue they are a part of, its criteria and its files. */
export function taskFacts(run: Run, phase: Phase): Sections {
  const { plan } = phase;
  return [
    ...wanted(run, phase),
    criteria(phase),
    listSection("Expected to touch", plan.files.map(place), "From the plan."),
  ];
}

function wanted(run: Run, phase: Phase): Sections {
  const { revision, title, instructions } = phase.plan;
  const isWhole = run.plan?.source === "issue" && revision === undefined;
  const task = dataSection({
    title: revision === undefined ? "Task" : `What ${revision.by} asks for`,
    from: revision === undefined ? ORIGINS[run.plan?.source ?? "issue"] : `In the words of ${revision.by}.`,
    isWish: true,
    form: revision === undefined ? FORMS[run.plan?.source ?? "issue"] : "markdown",
    text: `${title}\n\n${instructions}`,
    maxLength: MAX_TASK_LENGTH,
  });
  return [task, revisionBrief(phase), ...hunks(phase), isWhole ? null : issueSection(run)];
}

/** The issue as it stood when the run was asked for. */
export function issueSection({ request }: Pick<Run, "request">): string | null {
  return dataSection({
    title: "The issue it is part of",
    from: `Issue #${request.issueNumber} as it stood when the run was asked for.`,
    isWish: true,
    form: "markdown",
    text: `${request.title}\n\n${request.body}`,
    maxLength: MAX_TASK_LENGTH,
  });
}

const ORIGINS: Readonly<Record<Plan["source"], string>> = {
  issue: "The issue as it stood when the run was asked for.",
  issue_yaml: "From the plan in the issue.",
  task_list: "From the task list in the issue.",
  tasks_md: "From a task list of the repository.",
  spec: "From the steps of a specification, and the issue.",
  backlog: "From findings of earlier runs.",
  planner: "From the plan that another agent made of the issue.",
};

/** What was read as Markdown, people saw as Markdown. */
const FORMS: Readonly<Record<Plan["source"], "markdown" | "output">> = {
  issue: "markdown",
  issue_yaml: "output",
  task_list: "markdown",
  tasks_md: "output",
  spec: "markdown",
  backlog: "output",
  planner: "output",
};

/** What a revision is, and the code that its comments were written under: their lines may have moved since. */
function revisionBrief({ plan: { revision } }: Phase): string | null {
  if (revision === undefined) return null;
  const { round, source, threads } = revision;
  const by = plainLine(revision.by, MAX_PLACE_LENGTH);
  const asked =
    source === "review" ? "reviewed the work so far and asked for changes" : "asked for a change of the work";
  return `## What is expected\n\n${by} ${asked} (round ${round}). That work lies in the working directory, committed. Change what was asked for, and nothing else. Line numbers are those of the commit that was looked at. Your summary is what ${by} is answered with${threads.length > 1 ? ", under each comment: say in it what you did about which" : ""}.`;
}

function hunks({ plan: { revision } }: Phase): Sections {
  return (revision?.threads ?? []).map(({ path, line, hunk }) =>
    dataSection({
      title: `The code under the comment on ${place(line === null ? path : `${path}:${line}`)}`,
      from: "From the change that was looked at.",
      form: "code",
      text: hunk ?? "",
      maxLength: MAX_HUNK_LENGTH,
    }),
  );
}

function criteria({ plan }: Phase): string | null {
  return listSection("Acceptance criteria", plan.acceptance, "From the plan. All of them are to be true in the end.");
}

/** Entries of somebody's as one list. */
export function listSection(title: string, entries: readonly string[], from: string): string | null {
  const text = entries.map((entry) => `- ${entry.replaceAll("\n", "\n  ")}`).join("\n");
  return dataSection({ title, from, form: "output", text, maxLength: MAX_LIST_LENGTH });
}

/** What the next attempt must know. */
export function feedbackSection({ feedback }: Phase, title: string): string | null {
  const from = "From the checks, the Auditor or the supervisor; it may quote programs and agents.";
  return dataSection({ title, from, form: "output", text: feedback ?? "", maxLength: MAX_LIST_LENGTH });
}

/** The phases of a run, a line each. */
export function planLines({ phases }: Run): readonly string[] {
  return phases.map(({ ordinal, plan, state }) => {
    const after = plan.dependsOn.length === 0 ? "" : `, after ${plan.dependsOn.join(", ")}`;
    return `${ordinal}. ${plan.title} (${state.kind}${after})`;
  });
}

export function findingLine({ severity, source, title, path, lines, detail }: Finding): string {
  const at = path === null ? "" : ` (${path}${lines === null ? "" : `:${lines.start}`})`;
  return `[${severity}, ${source}] ${title}${at}${detail === "" ? "" : `\n${cutText(detail, MAX_DETAIL_LENGTH)}`}`;
}

function place(path: string): string {
  return plainLine(path, MAX_PLACE_LENGTH);
}
