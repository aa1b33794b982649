import { INSTRUCTION_FILES } from "../domain/instructionFiles.ts";
import type { PathRules } from "../domain/judgeChanges.ts";
import type { PathSettings } from "../domain/settings.ts";
import { ANY_CASE, EXACT, globMatcher } from "./globMatcher.ts";

/** Always protected, whatever a plan says: they steer permissions, automation, agents and git itself. */
export const PROTECTED_ALWAYS: readonly string[] = [
  ".github/**",
  "**/CODEOWNERS",
  "**/.gitmodules",
  ...INSTRUCTION_FILES,
  ".husky/**",
  ".githooks/**",
  "**/.pre-commit-config.yaml",
  "**/lefthook.yml",
];

/** Protected unless the plan named them: what a project is built from and with. */
export const PROTECTED_UNLESS_PLANNED: readonly string[] = [
  "**/package.json",
  "**/package-lock.json",
  "**/npm-shrinkwrap.json",
  "**/pnpm-lock.yaml",
  "**/pnpm-workspace.yaml",
  "**/yarn.lock",
  "**/bun.lock",
  "**/bun.lockb",
  "**/deno.lock",
  "**/.npmrc",
  "**/.yarnrc.yml",
  "**/go.mod",
  "**/go.sum",
  "**/go.work",
  "**/Cargo.toml",
  "**/Cargo.lock",
  "**/pyproject.toml",
  "**/poetry.lock",
  "**/uv.lock",
  "**/Pipfile",
  "**/Pipfile.lock",
  "**/requirements*.txt",
  "**/setup.py",
  "**/setup.cfg",
  "**/Gemfile",
  "**/Gemfile.lock",
  "**/*.gemspec",
  "**/composer.json",
  "**/composer.lock",
  "**/pom.xml",
  "**/build.gradle*",
  "**/settings.gradle*",
  "**/gradle.lockfile",
  "**/gradle/wrapper/**",
  "**/*.csproj",
  "**/packages.lock.json",
  "**/mix.exs",
  "**/mix.lock",
  "**/Package.swift",
  "**/Package.resolved",
  "**/pubspec.yaml",
  "**/pubspec.lock",
  "**/flake.nix",
  "**/flake.lock",
];

/**
 * Makes the rules of one phase. `plannedFiles` are the paths and globs its plan names: they lift the protection of
 * manifests and lockfiles, and of nothing else, not even where the repository's own `protected` says so too.
 */
export function pathRules(settings: PathSettings, plannedFiles: readonly string[]): PathRules {
  const isAlways = globMatcher([...PROTECTED_ALWAYS, ...settings.protected], ANY_CASE);
  const isManifest = globMatcher(PROTECTED_UNLESS_PLANNED, ANY_CASE);
  const isPlanned = globMatcher(plannedFiles, EXACT);
  const isAllowed = settings.allowed === null ? (): boolean => true : globMatcher(settings.allowed, EXACT);
  return {
    isProtected: (path) => isAlways(path) || (isManifest(path) && !isPlanned(path)),
    isAllowed,
    isGenerated: globMatcher(settings.generated, EXACT),
    maxFileBytes: settings.maxFileBytes,
    maxFiles: settings.maxFiles,
    maxChangedLines: settings.maxChangedLines,
  };
}
