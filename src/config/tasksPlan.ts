import type { Problem } from "../domain/plan.ts";
import { plainBlock, plainLine } from "../domain/plainText.ts";
import { parseMarkdown } from "../markdown/parseMarkdown.ts";
import type { Markdown } from "../markdown/parseMarkdown.ts";
import { withoutComments } from "../markdown/withoutComments.ts";
import type { DraftPhase } from "./orderPhases.ts";
import { pathsInText } from "./pathsInText.ts";
import { NO_CATEGORY, ONLY_TIER, refused, toPlan, UNSAID } from "./planResult.ts";
import type { PlanResult } from "./planResult.ts";
import { MAX_TITLE_LENGTH } from "./planSchema.ts";
import type { SourceFile } from "./sourceFile.ts";
import { isList, taskItems, toTitle } from "./taskItem.ts";
import type { TaskItem } from "./taskItem.ts";

const MAX_LENGTH = 64 * 1024;
/** `T012 [P] [US1] Do this`; the id may be bold. */
const TASK = /^\**(T\d{1,6}[a-z]?)\b\**[:.]?\**\s+((?:\[(?:P|US\d+|Story[^\]]{0,20})\]\s*)*)(.+)$/is;

interface Task {
  readonly id: string;
  readonly item: TaskItem;
  readonly description: string;
  readonly tier: string;
  readonly tierIndex: number;
}

/**
 * The plan in a `tasks.md` as Spec Kit writes it: `- [ ] T001 [P] [US1] Do this in path/file.ts`, under headings
 * `Phase 1: Setup`, which become tiers. What is ticked off counts as done. `[P]` is not needed: order is what matters here.
 */
export function tasksPlan(file: SourceFile, maxPhases: number): PlanResult {
  const at = (line: number, message: string): Problem => ({ path: file.path, line, column: 1, message });
  const fail = (message: string, problems: readonly Problem[]) =>
    refused(`\`${plainLine(file.path, 200)}\` ${message}`, problems);
  const tasks = readTasks(file.text);
  if (tasks === null)
    return fail("is too long or too tangled to be read", [at(1, `At most ${MAX_LENGTH} characters are read.`)]);
  const open = tasks.filter(({ item }) => !item.isDone);
  if (tasks.length === 0)
    return fail("holds no tasks", [at(1, "Expected lines such as `- [ ] T001 Do this in src/file.ts`.")]);
  if (open.length === 0) return fail("leaves nothing to do: every task is ticked off", []);

  const problems = [...duplicates(tasks), ...open.flatMap((task) => dependencyFaults(task, tasks))];
  if (problems.length > 0)
    return fail(
      "is not valid",
      problems.map(({ line, message }) => at(line, message)),
    );
  const drafts = open.map((task) => toDraft(task, { open, folder: file.path.replace(/tasks\.md$/, "") }));
  const locate = (index: number) => ({ path: file.path, line: open[index]?.item.line ?? 1, column: 1 });
  return toPlan(drafts, { source: "tasks_md", maxPhases, locate });
}

function readTasks(text: string): readonly Task[] | null {
  const source = text.replaceAll(/\r\n?/g, "\n");
  const root = source.length > MAX_LENGTH ? null : parseMarkdown(source);
  return root === null ? null : tasksIn(root, source);
}

function tasksIn(root: Markdown, source: string): readonly Task[] {
  const tasks: Task[] = [];
  const titles = [ONLY_TIER];
  for (const node of root.children) {
    if (node.type === "heading" && isTierHeading(headingText(node, source), node.depth)) {
      titles.push(distinct(headingText(node, source), titles));
    }
    if (!isList(node)) continue;
    for (const item of taskItems(node, source)) {
      const [, id, , description] = TASK.exec(item.firstLine) ?? [];
      if (id === undefined || description === undefined) continue;
      const tierIndex = titles.length - 1;
      tasks.push({ id: id.toUpperCase(), item, description, tier: titles[tierIndex] ?? ONLY_TIER, tierIndex });
    }
  }
  return tasks;
}

function headingText(node: Markdown["children"][number], source: string): string {
  const { start, end } = node.position ?? {};
  const line = source.slice(start?.offset, end?.offset).split("\n")[0] ?? "";
  return toTitle(line.replace(/^#+/, "").replace(/#+$/, ""));
}

/** `Phase N: …` at any depth; headings as high as those, whatever they say, end the tier before them. */
function isTierHeading(text: string, depth: number): boolean {
  return text !== "" && (depth <= 2 || /^Phase\s+\S+:/i.test(text));
}

function distinct(title: string, taken: readonly string[]): string {
  let name = title;
  for (let count = 2; taken.includes(name); count += 1) name = `${plainLine(title, MAX_TITLE_LENGTH - 5)} (${count})`;
  return name;
}

interface Fault {
  readonly line: number;
  readonly message: string;
}

function duplicates(tasks: readonly Task[]): readonly Fault[] {
  return tasks.flatMap(({ id, item }, index) =>
    tasks.findIndex((other) => other.id === id) === index
      ? []
      : [{ line: item.line, message: `There are two tasks \`${id}\`.` }],
  );
}

function dependencyFaults(task: Task, tasks: readonly Task[]): readonly Fault[] {
  return dependenciesOf(task, tasks).flatMap((id) => {
    const other = tasks.find((candidate) => candidate.id === id);
    const { line } = task.item;
    if (other === undefined)
      return [{ line, message: `\`${task.id}\` depends on \`${id}\`, which is not in this file.` }];
    if (other.item.isDone || other.tierIndex <= task.tierIndex) return [];
    return [{ line, message: `\`${task.id}\` depends on \`${id}\`, which is in a later phase.` }];
  });
}

/** Ids behind “depends on”, up to the end of the bracket or sentence; `T002-T004` means those of the file in between. */
function dependenciesOf({ item }: Task, tasks: readonly Task[]): readonly string[] {
  const clauses = Array.from(item.firstLine.matchAll(/\bdepends\s+on\b([^).;]{0,200})/gi), ([, clause = ""]) => clause);
  return clauses.flatMap((clause) =>
    Array.from(clause.matchAll(/\b(T\d{1,6}[a-z]?)\b(?:\s*[-–]\s*(T\d{1,6})\b)?/gi), ([, from = "", to]) =>
      to === undefined ? [from.toUpperCase()] : range(from, to, tasks),
    ).flat(),
  );
}

function range(from: string, to: string, tasks: readonly Task[]): readonly string[] {
  const between = tasks
    .map(({ id }) => id)
    .filter((id) => numberOf(id) > numberOf(from) && numberOf(id) < numberOf(to));
  return [from.toUpperCase(), ...between, to.toUpperCase()];
}

function numberOf(id: string): number {
  return Number.parseInt(id.slice(1), 10);
}

function toDraft(
  task: Task,
  { open, folder }: { readonly open: readonly Task[]; readonly folder: string },
): DraftPhase {
  const title = toTitle(`${task.id} ${task.description.replace(/\s*\(depends on[^)]*\)\s*$/i, "")}`);
  const ids = dependenciesOf(task, open);
  const text = plainBlock(withoutComments(task.item.text, parseMarkdown(task.item.text)));
  return {
    ...UNSAID,
    title,
    tier: task.tier,
    category: NO_CATEGORY,
    instructions: `${text}\n\nThis is a task of \`${plainLine(folder, 200)}tasks.md\`; the specification and the plan lie beside it.`,
    acceptance: [],
    files: pathsInText(task.item.text),
    dependsOn: open.flatMap(({ id }, index) => (ids.includes(id) ? [index] : [])),
  };
}
