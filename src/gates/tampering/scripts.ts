import type { ChangedFile } from "../judged.ts";
import { shown } from "./charge.ts";
import type { Charge } from "./charge.ts";
import type { Setting } from "./settingsOf.ts";

const CHECKS =
  /(?:^|:)(?:pre|post)?(?:test|tests|check|checks|lint|typecheck|type-check|types|ci|verify|coverage|e2e|validate|audit)(?:$|[:\d-])/;

/** Scripts in `package.json` that no longer check anything, or pass whatever they find. */
export function neutralisedScripts(
  { path }: ChangedFile,
  was: readonly Setting[],
  is: readonly Setting[],
): readonly Charge[] {
  if (!/(?:^|\/)package\.json$/.test(path)) return [];
  const now = new Map(scriptsIn(is).map((each) => [each.name, each]));
  return scriptsIn(was).flatMap(({ name, command, line }) => {
    if (!CHECKS.test(name)) return [];
    const script = now.get(name);
    if (script === undefined) return [toCharge(path, { name, line, side: "before", what: "is taken away" })];
    const what = command === script.command ? null : whatIsWrong(command, script.command);
    return what === null ? [] : [toCharge(path, { name, line: script.line, side: "after", what })];
  });
}

interface Script {
  readonly name: string;
  readonly command: string;
  readonly line: number;
}

function scriptsIn(settings: readonly Setting[]): readonly Script[] {
  return settings
    .filter(({ path }) => path.length === 2 && path[0] === "scripts")
    .map(({ path, value, line }) => ({ name: path[1] ?? "", command: value, line }));
}

function whatIsWrong(was: string, is: string): string | null {
  if (doesNothing(is) && !doesNothing(was)) return "does nothing any more";
  if (forgives(is) && !forgives(was)) return "passes whatever it finds";
  return NARROWED.test(is) && !NARROWED.test(was) ? "runs fewer checks than it did" : null;
}

const NARROWED =
  /--passWithNoTests|--pass-with-no-tests|--testPathIgnorePatterns|--exclude\b|--quiet\b|--coverage(?:\.enabled)?=false|--no-coverage|--no-verify/;

/** Whether a command line passes without having done anything. */
export function doesNothing(command: string): boolean {
  const parts = command.split(/&&|;|\|\|/).map((each) => each.trim());
  return parts.every((each) =>
    /^(?:|true|:|exit(?: 0)?|echo(?:\s.*)?|printf\s.*|sleep\s.*|node -e ["']{1,2}|noop)$/.test(each),
  );
}

/** Whether a command line hides the failure of what it runs. */
export function forgives(command: string): boolean {
  return /(?:\|\||;)\s*(?:true|:|exit 0|echo\b[^|&;]*)\s*\)?\s*$|\|\|\s*(?:true|:|exit 0)(?=\s|$|[;&)"'])|^set \+e\b|;\s*exit 0\b/m.test(
    command,
  );
}

interface Wrong {
  readonly name: string;
  readonly line: number;
  readonly side: "before" | "after";
  readonly what: string;
}

function toCharge(path: string, { name, line, side, what }: Wrong): Charge {
  return {
    rule: "check_neutralised",
    level: "blocks",
    message: `The script ${shown(name)} ${what}.`,
    remedy: "Leave the script as it was, and change the code so that it passes.",
    path,
    lines: { start: line, end: line },
    side,
    code: `${name} ${what}`,
  };
}
