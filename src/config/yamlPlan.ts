import { nearest } from "../domain/nearest.ts";
import type { Problem } from "../domain/plan.ts";
import { plainBlock, plainLine } from "../domain/plainText.ts";
import type { Block, Markdown } from "../markdown/parseMarkdown.ts";
import { knownKeysOf } from "./knownKeys.ts";
import type { DraftPhase } from "./orderPhases.ts";
import { refused, toPlan } from "./planResult.ts";
import type { PlanResult } from "./planResult.ts";
import { MAX_TITLE_LENGTH, planSchema } from "./planSchema.ts";
import type { PhaseBlock, PlanBlock } from "./planSchema.ts";
import { readYaml } from "./yamlSource.ts";
import type { KeyPath, YamlProblem, YamlSource } from "./yamlSource.ts";
import { zodProblems } from "./zodProblems.ts";

type Code = Extract<Block, { type: "code" }>;

const AUTOPACK_KEY = /^["']?autopack["']?[ \t]*:/m;
const knownKeys = knownKeysOf(planSchema);

/** Whether text may hold a plan in YAML, without parsing it as Markdown. */
export function mayHoldYamlPlan(body: string): boolean {
  return AUTOPACK_KEY.test(body) && /(?:```|~~~)[ \t]*ya?ml\b/i.test(body);
}

/** The plan in a fenced `yaml` block with the root key `autopack`; null when there is none. Lines are those of the issue. */
export function yamlPlan(root: Markdown): PlanResult | null {
  const [block, second] = root.children.filter(isPlanBlock);
  if (block === undefined) return null;
  const start = { line: block.position?.start.line ?? 1, column: block.position?.start.column ?? 1 };
  if (second !== undefined) {
    const line = second.position?.start.line ?? null;
    return refused("the issue holds two plans", [
      { path: null, line, column: 1, message: "A second plan begins here." },
    ]);
  }
  const inIssue = (problem: YamlProblem): Problem => ({
    path: null,
    line: start.line + problem.line,
    column: start.column - 1 + problem.column,
    message: problem.message,
  });
  const invalid = (problems: readonly YamlProblem[]) =>
    refused("the plan in the issue is not valid", problems.map(inIssue));

  const source = readYaml(block.value);
  if (source.kind === "invalid") return invalid(source.problems);
  const parsed = planSchema.safeParse(source.value);
  if (!parsed.success) return invalid(zodProblems(parsed.error.issues, source, knownKeys));
  const entries = flatten(parsed.data.autopack);
  const problems = [...formProblems(parsed.data.autopack, source), ...dependencyProblems(entries, source)];
  if (problems.length > 0) return invalid(problems);
  const locate = (index: number) => inIssue({ ...source.positionOf(entries[index]?.path ?? []), message: "" });
  return toPlan(
    "issue_yaml",
    entries.map((entry) => toDraft(entry, entries)),
    locate,
  );
}

function isPlanBlock(node: Block): node is Code {
  return node.type === "code" && /^ya?ml$/i.test(node.lang ?? "") && AUTOPACK_KEY.test(node.value);
}

/** A phase with where it came from. */
interface Entry {
  readonly phase: PhaseBlock;
  readonly tier: string;
  readonly tierIndex: number;
  readonly path: KeyPath;
}

function flatten({ tiers, phases }: PlanBlock): readonly Entry[] {
  const listed =
    tiers?.map(({ title, phases: inTier }, index) => ({ title, phases: inTier, at: ["tiers", index] })) ?? [];
  const alone = phases === undefined ? [] : [{ title: undefined, phases, at: [] }];
  return [...listed, ...alone].flatMap(({ title, phases: inTier, at }, tierIndex) =>
    inTier.map((phase, index) => ({
      phase,
      tier: tierTitle(title, tierIndex),
      tierIndex,
      path: ["autopack", ...at, "phases", index],
    })),
  );
}

function tierTitle(title: string | undefined, index: number): string {
  return title === undefined ? `Tier ${index + 1}` : plainLine(title, MAX_TITLE_LENGTH);
}

function formProblems({ tiers, phases }: PlanBlock, source: YamlSource): readonly YamlProblem[] {
  const place = source.positionOf(["autopack"]);
  if (tiers === undefined && phases === undefined)
    return [{ ...place, message: "`autopack` needs `phases` or `tiers`." }];
  if (tiers !== undefined && phases !== undefined) {
    return [{ ...place, message: "`autopack` takes either `phases` or `tiers`, not both." }];
  }
  const titles = tiers?.map(({ title }, index) => tierTitle(title, index)) ?? [];
  return titles.flatMap((title, index) =>
    titles.indexOf(title) === index
      ? []
      : [{ ...source.positionOf(["autopack", "tiers", index]), message: `There are two tiers called “${title}”.` }],
  );
}

function dependencyProblems(entries: readonly Entry[], source: YamlSource): readonly YamlProblem[] {
  const ids = entries.map(({ phase }) => (phase.id === undefined ? null : String(phase.id)));
  const duplicates = entries.flatMap(({ path }, index) => {
    const id = ids[index] ?? null;
    if (id === null || ids.indexOf(id) === index) return [];
    return [{ ...source.positionOf([...path, "id"]), message: `There are two phases with the id “${id}”.` }];
  });
  const dangling = entries.flatMap((entry) =>
    entry.phase.depends_on.flatMap((name, at) => {
      const message = dependencyFault(String(name), entry, entries);
      return message === null ? [] : [{ ...source.positionOf([...entry.path, "depends_on", at]), message }];
    }),
  );
  return [...duplicates, ...dangling];
}

function dependencyFault(name: string, entry: Entry, entries: readonly Entry[]): string | null {
  const [found, second] = named(name, entries);
  if (found === undefined) return `No phase has the id or title “${plainLine(name, 60)}”${suggestion(name, entries)}`;
  if (second !== undefined) return `“${name}” is the title of two phases: give the one that is meant an \`id\`.`;
  if ((entries[found]?.tierIndex ?? 0) > entry.tierIndex)
    return `“${name}” is in a later tier, so it cannot come first.`;
  return null;
}

function suggestion(name: string, entries: readonly Entry[]): string {
  const names = entries.flatMap(({ phase }) =>
    phase.id === undefined ? [phase.title] : [String(phase.id), phase.title],
  );
  const near = nearest(name, names);
  return near === null ? "." : `: did you mean “${near}”?`;
}

/** Indexes of the phases that a name stands for: an id before a title. */
function named(name: string, entries: readonly Entry[]): readonly number[] {
  const wanted = plainLine(name, MAX_TITLE_LENGTH);
  const indexesWhere = (matches: (phase: PhaseBlock) => boolean) =>
    entries.flatMap(({ phase }, index) => (matches(phase) ? [index] : []));
  const byId = indexesWhere(({ id }) => id !== undefined && String(id) === wanted);
  return byId.length > 0 ? byId : indexesWhere(({ title }) => plainLine(title, MAX_TITLE_LENGTH) === wanted);
}

function toDraft({ phase, tier }: Entry, entries: readonly Entry[]): DraftPhase {
  return {
    title: plainLine(phase.title, MAX_TITLE_LENGTH),
    tier,
    category: phase.category,
    instructions: plainBlock(phase.instructions),
    acceptance: phase.acceptance.map((text) => plainBlock(text)),
    files: phase.files,
    dependsOn: phase.depends_on.flatMap((name) => named(String(name), entries).slice(0, 1)),
  };
}
