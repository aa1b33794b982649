import { plainBlock, plainLine } from "../domain/plainText.ts";
import type { Impact } from "../domain/waves/impact.ts";
import { acceptanceFaults } from "./acceptanceFaults.ts";
import { acceptanceSpec } from "./acceptanceSpec.ts";
import type { DraftPhase } from "./orderPhases.ts";
import { nameHint, named, namesOf } from "./phaseNames.ts";
import type { PhaseNames } from "./phaseNames.ts";
import { MAX_TITLE_LENGTH } from "./planSchema.ts";
import type { PhaseBlock, PlanBlock } from "./planSchema.ts";
import type { KeyPath, YamlProblem, YamlSource } from "./yamlSource.ts";

/** A hostile plan can hold thousands; nobody reads more than these. */
const MAX_PROBLEMS = 50;

/** Where a block of a plan stands. `root`: the way to it in the document. */
export interface BlockPlace {
  readonly source: Pick<YamlSource, "positionOf">;
  readonly root: KeyPath;
}

/** The phases of a block, in the order in which they are written. */
export interface PlanDrafts {
  readonly drafts: readonly DraftPhase[];
  /** The way to each in the document. */
  readonly paths: readonly KeyPath[];
}

/** Makes drafts of the phases in a block that has its form; problems are what only the whole block shows. */
export function draftsOf(block: PlanBlock, place: BlockPlace): PlanDrafts | readonly YamlProblem[] {
  const entries = flatten(block, place.root);
  const names = namesOf(entries.map(({ phase }) => phase));
  const { source } = place;
  const problems = [
    ...formProblems(block, place),
    ...dependencyProblems(entries, { names, source }),
    ...acceptanceProblems(entries, source),
  ];
  if (problems.length > 0) return problems;
  return { drafts: entries.map((entry) => toDraft(entry, names)), paths: entries.map(({ path }) => path) };
}

/** A phase with where it came from. */
interface Entry {
  readonly phase: PhaseBlock;
  readonly tier: string;
  readonly tierIndex: number;
  readonly path: KeyPath;
}

function flatten({ tiers, phases }: PlanBlock, root: KeyPath): readonly Entry[] {
  const listed =
    tiers?.map(({ title, phases: inTier }, index) => ({ title, phases: inTier, at: ["tiers", index] })) ?? [];
  const alone = phases === undefined ? [] : [{ title: undefined, phases, at: [] }];
  return [...listed, ...alone].flatMap(({ title, phases: inTier, at }, tierIndex) =>
    inTier.map((phase, index) => ({
      phase,
      tier: tierTitle(title, tierIndex),
      tierIndex,
      path: [...root, ...at, "phases", index],
    })),
  );
}

function tierTitle(title: string | undefined, index: number): string {
  return title === undefined ? `Tier ${index + 1}` : plainLine(title, MAX_TITLE_LENGTH);
}

function formProblems({ tiers, phases }: PlanBlock, { source, root }: BlockPlace): readonly YamlProblem[] {
  const place = source.positionOf(root);
  const name = root.length === 0 ? "The plan" : `\`${String(root.at(-1))}\``;
  if (tiers === undefined && phases === undefined)
    return [{ ...place, message: `${name} needs \`phases\` or \`tiers\`.` }];
  if (tiers !== undefined && phases !== undefined) {
    return [{ ...place, message: `${name} takes either \`phases\` or \`tiers\`, not both.` }];
  }
  const titles = tiers?.map(({ title }, index) => tierTitle(title, index)) ?? [];
  return titles.flatMap((title, index) =>
    titles.indexOf(title) === index
      ? []
      : [{ ...source.positionOf([...root, "tiers", index]), message: `There are two tiers called “${title}”.` }],
  );
}

function dependencyProblems(
  entries: readonly Entry[],
  { names, source }: { readonly names: PhaseNames; readonly source: BlockPlace["source"] },
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
  { names, source }: { readonly names: PhaseNames; readonly source: BlockPlace["source"] },
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

function acceptanceProblems(entries: readonly Entry[], source: BlockPlace["source"]): readonly YamlProblem[] {
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
