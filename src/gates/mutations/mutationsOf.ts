import { shortHash } from "../../domain/findings/shortHash.ts";
import { plainLine } from "../../domain/plainText.ts";
import { normalised } from "../syntax/normalised.ts";
import { parseSource } from "../syntax/parseSource.ts";
import type { ParsedSource } from "../syntax/parseSource.ts";
import { isWithin, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { isTestPath } from "../tampering/testPaths.ts";
import { environmentSeed, expressionSeeds } from "./expressionSeeds.ts";
import type { Mutation, Seed, Site } from "./mutation.ts";
import { statementSeeds } from "./statementSeeds.ts";

/** A file as a good change leaves it, with the lines that the change added. */
export interface SeedBed {
  readonly path: string;
  readonly text: string;
  readonly lines: ReadonlySet<number>;
}

/** Of one file; each is parsed again. */
const MAX_SEEDS = 200;

/**
 * All the defects of the catalogue that can be put into the added lines of a file, one in each, in the order of the text.
 *
 * Each still parses, and differs from the file. None where there is no grammar for the file.
 */
export async function mutationsOf(file: SeedBed): Promise<readonly Mutation[]> {
  const parsing = await parseSource(file.path, file.text);
  if (parsing.kind !== "parsed" || parsing.parsed.family === "other") return [];
  const seeds = seedsIn(parsing.parsed, file).slice(0, MAX_SEEDS);
  const mutations: Mutation[] = [];
  const count = new Map<string, number>();
  for (const { seed, node } of seeds) {
    const text = `${file.text.slice(0, seed.start)}${seed.insert}${file.text.slice(seed.end)}`;
    if (text === file.text || !(await parsesAsWell(file.path, text, parsing.parsed))) continue;
    mutations.push(toMutation({ seed, node, file, text, count }));
  }
  return mutations;
}

interface Sown {
  readonly seed: Seed;
  readonly node: SyntaxNode;
}

function seedsIn({ root, family }: ParsedSource, { path, lines }: SeedBed): readonly Sown[] {
  const inTestFile = isTestPath(path, family);
  const sown: Sown[] = [];
  for (const node of walk(root)) {
    if (!isAdded(node, lines)) continue;
    const site: Site = { node, family, inTestFile };
    const environment = environmentSeed(site);
    const seeds = inTestFile
      ? statementSeeds(site).filter(isOfTests)
      : [...statementSeeds(site), ...expressionSeeds(site)];
    const all = environment === null || inTestFile ? seeds : [...seeds, environment];
    sown.push(...all.filter((seed) => lines.has(lineAt(node.source, seed.start))).map((seed) => ({ seed, node })));
  }
  return distinct(sown);
}

/** In a test, what is missing is what it asserts. */
function isOfTests({ category }: Seed): boolean {
  return category === "assertion_dropped";
}

function isAdded({ startLine, endLine }: SyntaxNode, lines: ReadonlySet<number>): boolean {
  for (let line = startLine; line <= Math.min(endLine, startLine + 200); line += 1) if (lines.has(line)) return true;
  return false;
}

/** Two rules may have the same idea of one place. */
function distinct(sown: readonly Sown[]): readonly Sown[] {
  const seen = new Set<string>();
  return sown.filter(({ seed: { start, end, insert } }) => {
    const key = [start, end, insert].join(" ");
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

async function parsesAsWell(path: string, text: string, before: ParsedSource): Promise<boolean> {
  const after = await parseSource(path, text);
  return after.kind === "parsed" && after.parsed.brokenLines.size <= before.brokenLines.size;
}

interface Grown extends Sown {
  readonly file: SeedBed;
  readonly text: string;
  readonly count: Map<string, number>;
}

function toMutation({ seed, node, file, text, count }: Grown): Mutation {
  const about = [seed.category, file.path, normalised(around(node)), seed.insert].join("\0");
  const nth = count.get(about) ?? 0;
  count.set(about, nth + 1);
  return {
    id: `${seed.category}-${shortHash(`${about}\0${nth}`)}`,
    category: seed.category,
    description: plainLine(seed.description, 300),
    path: file.path,
    line: lineAt(file.text, seed.start),
    text,
  };
}

/** An operator alone says little of where it stands. */
function around(node: SyntaxNode): SyntaxNode {
  const { parent } = node;
  return parent !== null && isWithin(node, parent) && parent.endLine - parent.startLine < 4 ? parent : node;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
