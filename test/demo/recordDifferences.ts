import type { Expected, Facts, GitFacts, RecordFacts } from "./facts.ts";
import { phaseCommits } from "./phaseCommits.ts";
import { same } from "./same.ts";

/** What is not as it must be in the database: by itself, and held against git. */
export function recordDifferences({ record, git }: Facts, expected: Expected): readonly string[] {
  return [
    ...same("run: state", record.run.state, "promoted"),
    ...same("run: id", record.run.id, phaseCommits(git.commits)[0]?.run),
    ...same(
      "tiers",
      record.tiers.map(({ title, state, cleanliness }) => `${title} ${state} ${cleanliness}`),
      expected.tiers.map((title) => `${title} complete clean`),
    ),
    ...same(
      "waves",
      record.waves.map(({ phases, state }) => `${phases.join("+")} ${state}`),
      expected.waves.map((wave) => `${wave.join("+")} completed`),
    ),
    ...record.waves.flatMap(({ phases, sideBySide }, index) =>
      same(`wave ${index + 1}: Builders at work at one moment`, sideBySide, phases.length),
    ),
    ...phaseDifferences(record, { git, expected }),
    ...(expected.isFree ? [] : same("backlog", record.backlog.map(entry), expected.backlog.map(entry))),
  ];
}

function phaseDifferences(
  { phases }: RecordFacts,
  { git, expected }: { readonly git: GitFacts; readonly expected: Expected },
): readonly string[] {
  const shas = new Map(phaseCommits(git.commits).map(({ subject, sha }) => [subject, sha]));
  if (phases.length !== expected.phases.length) return same("phases", phases.length, expected.phases.length);
  return expected.phases.flatMap(({ title, failures, revisions, validators }, index) => {
    const found = phases[index];
    const name = `phase ${index + 1}`;
    return [
      ...same(`${name}: title`, found?.title, title),
      ...same(`${name}: state`, found?.state, "complete"),
      ...same(`${name}: commit`, found?.sha, shas.get(title)),
      ...(expected.isFree ? [] : triesDifferences(name, found, { failures, revisions })),
      ...same(`${name}: validators passed`, found?.validators, validators),
    ];
  });
}

function triesDifferences(
  name: string,
  found: RecordFacts["phases"][number] | undefined,
  { failures, revisions }: Pick<Expected["phases"][number], "failures" | "revisions">,
): readonly string[] {
  return [
    ...same(`${name}: failures`, found?.failures, failures),
    ...same(`${name}: revisions`, found?.revisions, revisions),
    ...same(`${name}: Builders`, found?.builders, 1 + failures + revisions),
  ];
}

function entry({ title, path, severity, status }: RecordFacts["backlog"][number]): string {
  return `${severity} ${status} ${path}: ${title}`;
}
