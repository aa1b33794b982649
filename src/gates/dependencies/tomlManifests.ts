import type { Dependency } from "./dependency.ts";
import { pythonName, readRequirement } from "./requirements.ts";

interface TomlLine {
  /** Of the table it stands in: `tool.poetry.dependencies`. */
  readonly table: string;
  readonly key: string | null;
  readonly value: string;
  readonly line: number;
}

/** What a pyproject.toml asks for: PEP 621, dependency groups, and Poetry's tables. */
export function readPyproject(text: string): readonly Dependency[] {
  const lines = linesOf(text);
  return [...listed(lines), ...tabled(lines)];
}

/** Requirements in strings, in one line or over many. */
function listed(lines: readonly TomlLine[]): readonly Dependency[] {
  let isOpen = false;
  const found: Dependency[] = [];
  for (const { table, key, value, line } of lines) {
    if (key !== null) isOpen = isRequirements(table, key);
    if (!isOpen) continue;
    for (const [, double, single] of value.matchAll(/"([^"]*)"|'([^']*)'/g)) {
      const dependency = readRequirement(double ?? single ?? "", line);
      if (dependency !== null) found.push(dependency);
    }
    // The end of the list; brackets of extras are inside the strings.
    if (value.replaceAll(/"[^"]*"|'[^']*'/g, "").includes("]")) isOpen = false;
  }
  return found;
}

function isRequirements(table: string, key: string): boolean {
  if (table === "project") return key === "dependencies";
  if (table === "build-system") return key === "requires";
  return table === "project.optional-dependencies" || table === "dependency-groups";
}

function tabled(lines: readonly TomlLine[]): readonly Dependency[] {
  return lines.flatMap(({ table, key, value, line }): readonly Dependency[] => {
    const isPoetry = /^tool\.poetry\.(?:dev-dependencies|dependencies|group\.[^.]+\.dependencies)$/.test(table);
    if (!isPoetry || key === null || key === "python") return [];
    return [{ ecosystem: "pypi", name: pythonName(key), spec: specOf(value), line }];
  });
}

/** What a Cargo.toml asks for, for every target. */
export function readCargoToml(text: string): readonly Dependency[] {
  const lines = linesOf(text);
  return lines.flatMap(({ table, key, value, line }): readonly Dependency[] => {
    const found = /(?:^|\.)(?:dev-|build-)?dependencies(?:\.(.+))?$/.exec(table);
    if (key === null || found === null) return [];
    const own = found[1];
    if (own === undefined) return [{ ecosystem: "cargo", name: packageOf(key, value), spec: specOf(value), line }];
    return /^(?:version|git|path)$/.test(key)
      ? [
          {
            ecosystem: "cargo",
            name: bare(own),
            spec: key === "version" ? specOf(value) : `${key} ${specOf(value)}`,
            line,
          },
        ]
      : [];
  });
}

/** A crate may be renamed: what is fetched counts. */
function packageOf(key: string, value: string): string {
  return /\bpackage\s*=\s*["']([^"']+)["']/.exec(value)?.[1] ?? bare(key);
}

/** A version, or the address that stands in its place; the first string of the value. */
function specOf(value: string): string {
  const address = /\b(git|url|path)\s*=\s*["']([^"']*)["']/.exec(value);
  if (address !== null) return `${address[1] ?? ""} ${address[2] ?? ""}`;
  const version = /\bversion\s*=\s*["']([^"']*)["']/.exec(value)?.[1];
  return version ?? /^["']([^"']*)["']/.exec(value)?.[1] ?? value;
}

/** Lines with the table they stand in. Comments and blank lines are left out; this is no parser of all of TOML. */
function linesOf(text: string): readonly TomlLine[] {
  let table = "";
  return text.split("\n").flatMap((written, index): readonly TomlLine[] => {
    const line = written.replace(/^((?:[^"'#]|"[^"]*"|'[^']*')*)#.*$/, "$1").trim();
    const header = /^\[{1,2}\s*([^[\]]+?)\s*\]{1,2}$/.exec(line)?.[1];
    // A list's own line may look like a header, but then it holds strings.
    if (header !== undefined && !/^\s*["'][^"']*["']\s*,?$/.test(header)) {
      table = header.replaceAll(/\s*\.\s*/g, ".");
      return [];
    }
    if (line === "") return [];
    const [, key, value = ""] = /^([\w-]+|"[^"]+"|'[^']+')(?:\.\w+)?\s*=\s*(.*)$/.exec(line) ?? [];
    return [
      key === undefined
        ? { table, key: null, value: line, line: index + 1 }
        : { table, key: bare(key), value, line: index + 1 },
    ];
  });
}

function bare(key: string): string {
  return key.replaceAll(/^["']|["']$/g, "");
}
