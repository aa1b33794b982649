import type { Impact } from "./impact.ts";
import { isTestFile, newTestOf, testsOf } from "./testFiles.ts";

/**
 * How sure each pattern is. Rules of thumb, to be corrected by what the scores of real phases say:
 *
 * - a test that is there for the source: 0.8, as a change of behaviour is rarely without one, and a pure refactoring often is;
 * - a lockfile beside its manifest: 0.7, as most edits of manifests are to dependencies, some to scripts;
 * - the schema dump of a migration folder: 0.7, as tools write it, unless they are not run;
 * - the snapshot of a test: 0.6, as only some changes of a test change what it prints;
 * - a test that is still to be written: 0.5, a guess of its name, too unsure to plan by.
 */
const CONFIDENCE = { test: 0.8, lockfile: 0.7, schema: 0.7, snapshot: 0.6, newTest: 0.5 } as const;

const LOCKFILES: Readonly<Record<string, readonly string[]>> = {
  "package.json": ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"],
  "deno.json": ["deno.lock"],
  "go.mod": ["go.sum"],
  "Cargo.toml": ["Cargo.lock"],
  "pyproject.toml": ["poetry.lock", "uv.lock"],
  Pipfile: ["Pipfile.lock"],
  Gemfile: ["Gemfile.lock"],
  "composer.json": ["composer.lock"],
  "mix.exs": ["mix.lock"],
  "Package.swift": ["Package.resolved"],
  "pubspec.yaml": ["pubspec.lock"],
  "flake.nix": ["flake.lock"],
};

const IN_MIGRATIONS = /(?:^|\/)(?:migrations?|migrate)\//;
const SCHEMA_DUMP = /(?:^|\/)(?:schema\.(?:sql|rb|prisma|json)|structure\.sql)$/;
const MOST_DUMPS = 3;

/**
 * What usually changes along with a path, judged by names alone: its tests, lockfile, schema dump, snapshots.
 *
 * Only files that are there are predicted, but for a test that is still to be written.
 */
export function patternImpacts({ path, operation }: Impact, paths: ReadonlySet<string>): readonly Impact[] {
  if (operation === "read") return [];
  return [
    ...testImpacts(path, operation, paths),
    ...lockfilesOf(path, paths).map((other) => update(other, CONFIDENCE.lockfile)),
    ...schemaDumpsOf(path, paths).map((other) => update(other, CONFIDENCE.schema)),
    ...snapshotsOf(path, paths).map((other) => update(other, CONFIDENCE.snapshot)),
  ];
}

function update(path: string, confidence: number): Impact {
  return { path, operation: "update", source: "pattern", confidence };
}

function testImpacts(path: string, operation: Impact["operation"], paths: ReadonlySet<string>): readonly Impact[] {
  const found = testsOf(path, paths);
  if (found.length > 0) {
    // A test goes with what it tests; otherwise it is brought up to date.
    const change = operation === "delete" ? "delete" : "update";
    return found.map((test) => ({ path: test, operation: change, source: "pattern", confidence: CONFIDENCE.test }));
  }
  const missing = operation === "delete" ? null : newTestOf(path, paths);
  if (missing === null) return [];
  return [{ path: missing, operation: "create", source: "pattern", confidence: CONFIDENCE.newTest }];
}

/** The nearest ones: beside the manifest or, in a workspace, in a folder above it. */
function lockfilesOf(path: string, paths: ReadonlySet<string>): readonly string[] {
  const folders = path.split("/").slice(0, -1);
  const names = LOCKFILES[path.slice(path.lastIndexOf("/") + 1)] ?? [];
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const found = names.map((name) => [...folders.slice(0, depth), name].join("/")).filter((lock) => paths.has(lock));
    if (found.length > 0) return found;
  }
  return [];
}

function schemaDumpsOf(path: string, paths: ReadonlySet<string>): readonly string[] {
  if (!IN_MIGRATIONS.test(path)) return [];
  return [...paths]
    .filter((other) => SCHEMA_DUMP.test(other))
    .toSorted()
    .slice(0, MOST_DUMPS);
}

function snapshotsOf(path: string, paths: ReadonlySet<string>): readonly string[] {
  if (!isTestFile(path)) return [];
  const slash = path.lastIndexOf("/") + 1;
  const snapshot = `${path.slice(0, slash)}__snapshots__/${path.slice(slash)}.snap`;
  return paths.has(snapshot) ? [snapshot] : [];
}
