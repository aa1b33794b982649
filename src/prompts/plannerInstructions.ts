import { plannedPhaseSchema } from "../config/plannerAnswer.ts";
import { cutText, plainLine } from "../domain/plainText.ts";
import { NO_PROMPT_OVERRIDES } from "../domain/promptOverrides.ts";
import type { PromptOverrides } from "../domain/promptOverrides.ts";
import { fullName } from "../domain/repository.ts";
import type { Repository } from "../domain/repository.ts";
import type { Role } from "../domain/role.ts";
import { UNKNOWN_CATEGORY } from "../domain/strategy/strategy.ts";
import type { CategoryRules, Strategy } from "../domain/strategy/strategy.ts";
import { composePrompt } from "./composePrompt.ts";
import { dataSection, readable } from "./dataSection.ts";
import { listSection } from "./taskFacts.ts";

/** A comment of somebody whose word counts in the repository, as it stood when the run was asked for. */
export interface PlannerComment {
  readonly author: string;
  readonly role: Role;
  readonly body: string;
}

/** What a planner may know of the repository before it looks. */
export interface RepositoryFacts {
  /** All of its files at the base. */
  readonly paths: readonly string[];
  readonly strategy: Strategy;
  /** Commands that judge every phase, by where they run: `preflight`, `unit`. */
  readonly checks: Readonly<Record<string, readonly string[]>>;
  /** Globs that no phase may touch. */
  readonly protectedPaths: readonly string[];
  /** Globs outside of which nothing may change; null: no such limit. */
  readonly allowedPaths: readonly string[] | null;
}

export interface PlannerMaterial {
  readonly repository: Repository;
  readonly baseBranch: string;
  /** As it stood when the run was asked for. */
  readonly issue: { readonly number: number; readonly title: string; readonly body: string };
  readonly comments: readonly PlannerComment[];
  /** How many of the issue's comments are by others, and left out. */
  readonly strangersComments: number;
  readonly facts: RepositoryFacts;
  /** Other issues that runs of this repository are working on. */
  readonly others: readonly { readonly number: number; readonly title: string }[];
  readonly maxPhases: number;
  /** What was wrong with the last answer; null for the first. */
  readonly feedback: string | null;
}

const MAX_ISSUE_LENGTH = 40_000;
const MAX_COMMENT_LENGTH = 8000;
const MAX_COMMENTS_LENGTH = 40_000;
const MAX_PATHS = 400;
const MAX_LENGTH = 40_000;

/** What a planner is told: triage first, then a plan in the vocabulary of plans. */
export function plannerInstructions(
  material: PlannerMaterial,
  { overrides = NO_PROMPT_OVERRIDES }: { readonly overrides?: PromptOverrides } = {},
): string {
  const { repository, baseBranch, issue, maxPhases, facts, others } = material;
  return composePrompt({
    role: "planner",
    manner: null,
    overrides,
    placeholders: {
      repository: fullName(repository),
      base_branch: baseBranch,
      issue_number: issue.number,
      issue_title: plainLine(issue.title, 200),
      max_phases: maxPhases,
    },
    frame: { phase_schema: plannedPhaseSchema() },
    facts: [
      dataSection({
        title: "The issue",
        from: `Issue #${issue.number} as it stood when the run was asked for.`,
        isWish: true,
        form: "markdown",
        text: `${issue.title}\n\n${issue.body}`,
        maxLength: MAX_ISSUE_LENGTH,
      }),
      commentsSection(material),
      listSection(
        "Issues that are being worked on",
        others.map(({ number, title }) => `#${number} ${plainLine(title, 200)}`),
        "Titles by their authors.",
      ),
      feedbackOnAnswer(material),
      listSection("Categories", categoryLines(facts.strategy), "What each implies, by the repository's strategy."),
      listSection("Checks", checkLines(facts), "Commands that judge every phase, from the repository's configuration."),
      listSection("Protected paths", facts.protectedPaths, "No phase may change these."),
      listSection("Allowed paths", facts.allowedPaths ?? [], "Nothing else may change."),
      listSection(
        "Files",
        treeLines(facts.paths),
        "Of the repository at its base; folders that hold many are counted.",
      ),
    ],
  });
}

/** The same facts for programs. */
export function plannerContext(material: PlannerMaterial): Readonly<Record<string, unknown>> {
  const { repository, baseBranch, issue, comments, facts, others, maxPhases, feedback } = material;
  return {
    repository: fullName(repository),
    base_branch: baseBranch,
    issue: { ...issue, body: readable(issue.body, "markdown") },
    comments: comments.map(({ author, role, body }) => ({ author, role, body: readable(body, "markdown") })),
    other_issues: others,
    max_phases: maxPhases,
    categories: Object.keys(facts.strategy.categories).filter((name) => name !== UNKNOWN_CATEGORY),
    checks: facts.checks,
    protected: facts.protectedPaths,
    allowed: facts.allowedPaths,
    feedback,
  };
}

function commentsSection({ comments, strangersComments }: PlannerMaterial): string | null {
  const text = comments
    .map(({ author, role, body }) => {
      const said = cutText(readable(body, "markdown"), MAX_COMMENT_LENGTH);
      return `${plainLine(author, 60)} (${role}) wrote:\n${said.replaceAll(/^/gm, "  ")}`;
    })
    .join("\n\n");
  const left = strangersComments === 0 ? "" : ` ${strangersComments} by people without rights here are left out.`;
  return dataSection({
    title: "Comments",
    from: `By people with rights in this repository, as they stood when the run was asked for.${left}`,
    form: "output",
    text,
    maxLength: MAX_COMMENTS_LENGTH,
  });
}

function feedbackOnAnswer({ feedback }: PlannerMaterial): string | null {
  return dataSection({
    title: "What was wrong with your last answer",
    from: "From the check of its form; it quotes the answer.",
    form: "output",
    text: feedback ?? "",
    maxLength: MAX_LENGTH,
  });
}

function categoryLines({ categories }: Strategy): readonly string[] {
  return Object.entries(categories).map(([name, rules]) =>
    name === UNKNOWN_CATEGORY ? `any other: ${implied(rules)}` : `${name}: ${implied(rules)}`,
  );
}

function implied({ ciProfile, mayLandUnaudited, tokens, attempts }: CategoryRules): string {
  const audit = mayLandUnaudited ? "may land without an audit" : "is audited";
  return `${ciProfile} checks, ${audit}, ${attempts.builder} attempts, at most ${tokens} tokens`;
}

function checkLines({ checks }: RepositoryFacts): readonly string[] {
  return Object.entries(checks).flatMap(([name, commands]) => commands.map((command) => `${name}: ${command}`));
}

/** Folders are opened from the top as long as there is room; the others are counted. */
function treeLines(paths: readonly string[]): readonly string[] {
  if (paths.length <= MAX_PATHS) return paths;
  for (let depth = MAX_DEPTH; depth > 1; depth -= 1) {
    const lines = foldersAt(paths, depth);
    if (lines.length <= MAX_PATHS) return lines;
  }
  return foldersAt(paths, 1).slice(0, MAX_PATHS);
}

const MAX_DEPTH = 6;

function foldersAt(paths: readonly string[], depth: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const parts = path.split("/");
    const shown = parts.length <= depth ? path : `${parts.slice(0, depth).join("/")}/`;
    counts.set(shown, (counts.get(shown) ?? 0) + 1);
  }
  return [...counts].map(([shown, count]) => (shown.endsWith("/") ? `${shown} (${count} files)` : shown));
}
