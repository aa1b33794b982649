import type { BacklogEntry, BacklogStatus } from "../domain/findings/backlogEntry.ts";
import type { Finding } from "../domain/finding.ts";
import { table } from "./runReportTable.ts";
import type { Cell, Paint, Style } from "./runReportTable.ts";

/** Keys are shown whole, as they are there to be typed. */
const KEY = { title: "KEY", max: 400 };
const TITLE = { title: "FINDING", max: 50 };

/** A backlog as a terminal shows it, in the order it comes in. */
export function backlogTable(
  entries: readonly BacklogEntry[],
  { paint, withRepository }: { readonly paint: Paint; readonly withRepository: boolean },
): readonly string[] {
  const repository = withRepository ? [{ title: "REPOSITORY" }] : [];
  const numbers = [
    { title: "RUNS", align: "right" as const },
    { title: "TIERS", align: "right" as const },
  ];
  const columns = [
    { title: "STATUS" },
    { title: "SEVERITY" },
    ...numbers,
    { title: "LAST RUN" },
    ...repository,
    TITLE,
    KEY,
  ];
  const rows = entries.map((entry) => [
    { text: entry.status.replaceAll("_", " "), style: STATUS_STYLES[entry.status] },
    severityCell(entry.severity),
    String(entry.age.runs),
    String(entry.age.tiers),
    entry.lastRun,
    ...(withRepository ? [entry.repository] : []),
    entry.title,
    entry.key,
  ]);
  return table(columns, rows, paint);
}

interface ShownFinding {
  readonly key: string;
  readonly title: string;
  readonly severity: Finding["severity"];
  readonly sources: readonly Finding["source"][];
  readonly firstPhase: number;
  readonly lastPhase: number;
  readonly occurrences: number;
}

/** A run's findings as a terminal shows them. */
export function runFindingsTable(found: readonly ShownFinding[], paint: Paint): readonly string[] {
  const columns = [
    { title: "SEVERITY" },
    { title: "PHASES" },
    { title: "SEEN", align: "right" as const },
    { title: "BY" },
  ];
  const rows = found.map(({ severity, firstPhase, lastPhase, occurrences, sources, title, key }) => [
    severityCell(severity),
    firstPhase === lastPhase ? String(firstPhase) : `${firstPhase}–${lastPhase}`,
    String(occurrences),
    sources.map((source) => source.replaceAll("_", " ")).join(", "),
    title,
    key,
  ]);
  return table([...columns, TITLE, KEY], rows, paint);
}

const STATUS_STYLES: Readonly<Record<BacklogStatus, Style>> = { open: "plain", needs_cleanup: "bad", resolved: "good" };

function severityCell(severity: Finding["severity"]): Cell {
  return { text: severity, style: severity === "major" ? "bad" : "plain" };
}
