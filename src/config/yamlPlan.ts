import type { Problem } from "../domain/plan.ts";
import { plainBlock, plainLine } from "../domain/plainText.ts";
import type { Impact } from "../domain/waves/impact.ts";
import type { Block, Markdown } from "../markdown/parseMarkdown.ts";
import { acceptanceFaults } from "./acceptanceFaults.ts";
import { acceptanceSpec } from "./acceptanceSpec.ts";
import { knownKeysOf } from "./knownKeys.ts";
import type { DraftPhase } from "./orderPhases.ts";
import { nameHint, named, namesOf } from "./phaseNames.ts";
import type { PhaseNames } from "./phaseNames.ts";
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
/** A hostile plan can hold thousands; nobody reads more than these. */
const MAX_PROBLEMS = 50;

/** Whether text may hold a plan in YAML, without parsing it as Markdown. */
export function mayHoldYamlPlan(body: string): boolean {
  return AUTOPACK_KEY.test(body) && /(?:```|~~~)[ \t]*ya?ml\b/i.test(body);
}

/** The plan in a fenced `yaml` block with the root key `autopack`; null when there is none. Lines are those of the issue. */
export function yamlPlan(root: Markdown, maxPhases: number): PlanResult | null {
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
  const names = namesOf(entries.map(({ phase }) => phase));
  const problems = [
    ...formProblems(parsed.data.autopack, source),
    ...dependencyProblems(entries, { names, source }),
    ...acceptanceProblems(entries, source),
  ];
  if (problems.length > 0) return invalid(problems);
  const locate = (index: number) => inIssue({ ...source.positionOf(entries[index]?.path ?? []), message: "" });
  return toPlan(
    entries.map((entry) => toDraft(entry, names)),
    { source: "issue_yaml", maxPhases, locate },
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

function dependencyProblems(
  entries: readonly Entry[],
  { names, source }: { readonly names: PhaseNames; readonly source: YamlSource },
): readonly YamlProblem[] {
  const duplicates = [...names.ids].flatMap(([id, indexes]) =>
    indexes.slice(1).map((index) => ({
      ...source.positionOf([...(entries[index]?.path ?? []), "id"]),
      message: `There are two phases with the id “${id}”.`,
    })),
  );
  return [...duplicates.slice(0, MAX_PROBLEMS), ...danglingProblems(entries, { names, source })];
}

function danglingProblems(
  entries: readonly Entry[],
  { names, source }: { readonly names: PhaseNames; readonly source: YamlSource },
): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  for (const entry of entries) {
    for (const [at, name] of entry.phase.depends_on.entries()) {
      // Suggestions are dear, so the search ends where nobody reads on.
      if (problems.length >= MAX_PROBLEMS) return problems;
      const message = dependencyFault(String(name), entry, { names, entries });
      if (message !== null) problems.push({ ...source.positionOf([...entry.path, "depends_on", at]), message });
    }
  }
  return problems;
}

function dependencyFault(
  name: string,
  entry: Entry,
  { names, entries }: { readonly names: PhaseNames; readonly entries: readonly Entry[] },
): string | null {
  const [found, second] = named(name, names);
  if (found === undefined) return `No phase has the id or title “${plainLine(name, 60)}”${nameHint(name, names)}`;
  if (second !== undefined) return `“${name}” is the title of two phases: give the one that is meant an \`id\`.`;
  if ((entries[found]?.tierIndex ?? 0) > entry.tierIndex)
    return `“${name}” is in a later tier, so it cannot come first.`;
  return null;
}

function acceptanceProblems(entries: readonly Entry[], source: YamlSource): readonly YamlProblem[] {
  return entries.flatMap(({ phase, path }) =>
    acceptanceFaults(phase).map(({ at, message }) => ({ ...source.positionOf([...path, ...at]), message })),
  );
}

function toDraft({ phase, tier }: Entry, names: PhaseNames): DraftPhase {
  return {
    title: plainLine(phase.title, MAX_TITLE_LENGTH),
    tier,
    category: phase.category,
    instructions: plainBlock(phase.instructions),
    acceptance: phase.acceptance.map((text) => plainBlock(text)),
    spec: acceptanceSpec(phase),
    files: filesOf(phase),
    impacts: phase.files.map(toImpact),
    dependsOn: phase.depends_on.flatMap((name) => named(String(name), names).slice(0, 1)),
    priority: phase.priority,
    complexity: phase.complexity ?? null,
  };
}

/** What is only read is not touched, and gets no rights by being named. */
function filesOf({ files }: PhaseBlock): readonly string[] {
  return files.flatMap((file) => {
    if (typeof file === "string") return [file];
    return file.operation === "read" ? [] : [file.path];
  });
}

function toImpact(file: PhaseBlock["files"][number]): Impact {
  const { path, operation } = typeof file === "string" ? { path: file, operation: "update" as const } : file;
  return { operation, path, source: "declared", confidence: 1 };
}
