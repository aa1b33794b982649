import type { ChangedFile } from "../judged.ts";
import { shown } from "./charge.ts";
import type { Charge } from "./charge.ts";

const FILES = /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?|[\w.-]*(?:checkstyle|pmd|spotbugs)[\w.-]*\.xml)$/i;
const MINIMUM = /<minimum>\s*([\d.]+)\s*%?\s*<\/minimum>|\bminimum\s*(?:=|\.set\()\s*["']?([\d.]+)/;
const SWITCHES =
  /<(?:skipTests|skipITs|maven\.test\.skip|testFailureIgnore|skip|checkstyle\.skip|jacoco\.skip)>\s*true|\bignoreFailures\s*=\s*true|\bhaltOnFailure>\s*false|<failOnViolation>\s*false|<failsOnError>\s*false|\btest\s*\{\s*enabled\s*=\s*false|name="severity"\s+value="(?:ignore|info|warning)"/;

/**
 * Maven's, Gradle's and Checkstyle's files, by line: there is no parser for them here, so what is not written on one line is
 * not seen.
 */
export function judgeXml({ path, before, after, removed, added }: ChangedFile): readonly Charge[] {
  if (!FILES.test(path) || before === null || after === null) return [];
  const was = before.split("\n");
  const is = after.split("\n");
  const lowered = lowestMinimum(was, removed);
  const charges: Charge[] = [];
  for (const line of added) {
    const text = is[line - 1] ?? "";
    const figure = minimumIn(text);
    if (lowered !== null && figure !== null && figure < lowered)
      charges.push(
        toCharge(path, line, { rule: "threshold_lowered", text, what: "lowers the coverage that is asked for" }),
      );
    if (SWITCHES.test(text) && !was.some((each) => each.trim() === text.trim()))
      charges.push(
        toCharge(path, line, { rule: "check_neutralised", text, what: "lets the build pass with failures" }),
      );
  }
  if (/checkstyle/i.test(path)) charges.push(...modulesGone(path, was, { is, removed }));
  return charges;
}

function minimumIn(text: string): number | null {
  const found = MINIMUM.exec(text);
  const figure = Number(found?.[1] ?? found?.[2] ?? Number.NaN);
  return Number.isNaN(figure) ? null : figure;
}

function lowestMinimum(lines: readonly string[], removed: ReadonlySet<number>): number | null {
  const figures = [...removed].map((line) => minimumIn(lines[line - 1] ?? "")).filter((each) => each !== null);
  return figures.length === 0 ? null : Math.min(...figures);
}

function modulesGone(
  path: string,
  was: readonly string[],
  { is, removed }: { readonly is: readonly string[]; readonly removed: ReadonlySet<number> },
): readonly Charge[] {
  const names = new Set(is.map(moduleIn));
  return [...removed].flatMap((line) => {
    const text = was[line - 1] ?? "";
    const name = moduleIn(text);
    if (name === null || names.has(name)) return [];
    return [
      { ...toCharge(path, line, { rule: "lint_loosened", text, what: "is taken away" }), side: "before" as const },
    ];
  });
}

function moduleIn(text: string): string | null {
  return /<module\s+name="(\w+)"/.exec(text)?.[1] ?? null;
}

function toCharge(
  path: string,
  line: number,
  { rule, text, what }: { readonly rule: string; readonly text: string; readonly what: string },
): Charge {
  return {
    rule,
    level: "blocks",
    message: `${shown(text.trim())} in ${shown(path)} ${what}.`,
    remedy: "Leave the check as it was, and change the code so that it passes.",
    path,
    lines: { start: line, end: line },
    side: "after",
    code: text.trim(),
  };
}
