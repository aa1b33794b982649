import picomatch from "picomatch";
import type { PathRules } from "../domain/judgeChanges.ts";
import type { PathSettings } from "../domain/settings.ts";

/** Always protected, whatever a plan says: they steer permissions, automation, agents and git itself. */
export const PROTECTED_ALWAYS: readonly string[] = [
  ".github/**",
  "**/CODEOWNERS",
  "**/.gitmodules",
  "**/AGENTS.md",
  "**/AGENTS.override.md",
  "**/CLAUDE.md",
  "**/CLAUDE.local.md",
  "**/GEMINI.md",
  "**/QWEN.md",
  "**/.claude/**",
  "**/.codex/**",
  "**/.gemini/**",
  "**/.qwen/**",
  "**/.cursor/**",
  "**/.cursorrules",
  "**/.windsurf/**",
  "**/.windsurfrules",
  "**/.clinerules",
  "**/.clinerules/**",
  "**/.roo/**",
  "**/.opencode/**",
  "**/opencode.json",
  "**/opencode.jsonc",
  "**/.aider.conf.yml",
  "**/.mcp.json",
  "**/.vscode/mcp.json",
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

const EXACT = { dot: true, windows: false } as const;
/** Disks that ignore case would take `.GitHub` for `.github`. */
const ANY_CASE = { ...EXACT, nocase: true } as const;

/**
 * Makes the rules of one phase. `plannedFiles` are the paths and globs its plan names: they lift the protection of
 * manifests and lockfiles, and of nothing else, not even where the repository's own `protected` says so too.
 */
export function pathRules(settings: PathSettings, plannedFiles: readonly string[]): PathRules {
  const isAlways = matcher([...PROTECTED_ALWAYS, ...settings.protected], ANY_CASE);
  const isManifest = matcher(PROTECTED_UNLESS_PLANNED, ANY_CASE);
  const isPlanned = matcher(plannedFiles, EXACT);
  const isAllowed = settings.allowed === null ? (): boolean => true : matcher(settings.allowed, EXACT);
  return {
    isProtected: (path) => isAlways(path) || (isManifest(path) && !isPlanned(path)),
    isAllowed,
    isGenerated: matcher(settings.generated, EXACT),
    maxFileBytes: settings.maxFileBytes,
    maxFiles: settings.maxFiles,
    maxChangedLines: settings.maxChangedLines,
  };
}

function matcher(globs: readonly string[], options: picomatch.PicomatchOptions): (path: string) => boolean {
  const patterns = globs.map(normalized).filter((glob) => glob !== "");
  if (patterns.length === 0) return () => false;
  const isMatch = picomatch(patterns, options);
  // Plans name files literally, and a name may hold what a glob would read otherwise, like `[id].ts`.
  const literal = new Set(patterns);
  return (path) => literal.has(path) || isMatch(path);
}

/** `./a` is `a`, and a folder (`a/`) is everything in it. */
function normalized(glob: string): string {
  const trimmed = glob.trim().replace(/^\.\//, "");
  return trimmed.endsWith("/") ? `${trimmed}**` : trimmed;
}
