import type { Finding } from "../domain/finding.ts";
import { findingKey } from "../domain/findings/findingKey.ts";
import { phaseFindings } from "../domain/findings/phaseFindings.ts";
import { isLanded } from "../domain/phase.ts";
import type { Run } from "../domain/run.ts";
import { cell, code, folded } from "./safeMarkdown.ts";

/** Findings listed; the others are counted. */
const MAX_LINES = 20;

/** What is left to say against the phases that have landed, each problem once: major ones first, folded away. Empty when there is nothing. */
export function findingsSection({ phases, agedFindings }: Pick<Run, "phases" | "agedFindings">): string {
  const aged = new Set(agedFindings);
  const byKey = Map.groupBy(
    phases
      .filter(isLanded)
      .flatMap((phase) => phaseFindings(phase).map((finding) => ({ finding, ordinal: phase.ordinal }))),
    ({ finding }) => findingKey(finding),
  );
  const lines = [...byKey].map(([key, seen]) => {
    const isAged = aged.has(key);
    const isMajor = isAged || seen.some(({ finding }) => finding.severity === "major");
    return { isMajor, text: line(seen, isMajor ? (isAged ? "major, long known" : "major") : "minor") };
  });
  if (lines.length === 0) return "";
  const sorted = [...lines.filter(({ isMajor }) => isMajor), ...lines.filter(({ isMajor }) => !isMajor)];
  const rest = lines.length - MAX_LINES;
  const shown = sorted.slice(0, MAX_LINES).map(({ text }) => text);
  const title = lines.length === 1 ? "1 finding" : `${lines.length} findings`;
  return folded(title, [...shown, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join("\n"));
}

function line(seen: readonly { readonly finding: Finding; readonly ordinal: number }[], severity: string): string {
  const [first] = seen;
  if (first === undefined) return "";
  const { title, path } = first.finding;
  const phases = [...new Set(seen.map(({ ordinal }) => ordinal))];
  const where = path === null ? "" : ` in ${code(path)}`;
  return `- **${severity}**: ${cell(title)}${where}, phase ${phases.join(", ")}`;
}
