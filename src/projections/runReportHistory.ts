import { shownLine } from "./runReportTable.ts";
import type { Paint } from "./runReportTable.ts";

/** A line of a run's history. The payload is the event without its kind, or what is left of one that was too long. */
export interface HistoryEntry {
  readonly seq: number;
  readonly kind: string;
  readonly at: Date;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly truncated: boolean;
}

/** As wide as the longest kind of event. */
const KIND_WIDTH = 22;

/** A line of history as a line of text: number, time (UTC), what happened, to what, and how. */
export function historyLine({ seq, kind, at, payload, truncated }: HistoryEntry, paint: Paint): string {
  const subject = subjectOf(payload);
  const details = [
    ...Object.entries(payload).flatMap(([name, value]) => detail(name, value)),
    ...(truncated ? ["…"] : []),
  ];
  const what = [subject, ...details].filter((part) => part !== "").join(" · ");
  const start = `${String(seq).padStart(5)}  ${paint(utcSeconds(at), "faint")}  ${paint(kind.padEnd(KIND_WIDTH), "strong")}`;
  return `${start}  ${shownLine(what, 160)}`.trimEnd();
}

/** `2026-11-21 08:02:11`, in UTC. */
export function utcSeconds(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}

/** The phase, or the attempt, that an event is about; ids are `<run>.<phase>.<attempt>`. */
function subjectOf({ attemptId, phaseId }: Readonly<Record<string, unknown>>): string {
  const id = typeof attemptId === "string" ? attemptId : phaseId;
  if (typeof id !== "string") return "";
  const [, phase = "?", attempt] = id.split(".");
  return attempt === undefined ? `phase ${phase}` : `phase ${phase}, attempt ${attempt}`;
}

/** What one field of a payload adds to the line; most add nothing. */
function detail(name: string, value: unknown): readonly string[] {
  if (typeof value === "string") return text(name, value);
  if (typeof value === "number") return name === "commits" ? [`${value} commits`] : [];
  if (Array.isArray(value)) return list(name, value);
  if (!isRecord(value)) return [];
  switch (name) {
    case "failure":
      return [`${word(value["class"])}: ${word(value["message"])}`];
    case "verdict":
    case "answer":
      return [`${word(value["decision"])}: ${word(value["summary"])}`];
    case "acceptance":
      return [`acceptance ${word(value["verdict"])}: ${word(value["reason"])}`];
    case "raised":
      return [`raised to ${word(value["category"])}: ${word(value["because"])}`];
    case "candidate":
      return [`${word(value["filesChanged"])} files, +${word(value["linesAdded"])} −${word(value["linesDeleted"])}`];
    case "shortage":
      return [`${word(value["level"])}: ${word(value["measure"])} ${word(value["spent"])} of ${word(value["cap"])}`];
    case "pull":
      return [`#${word(value["number"])}`];
    case "base":
      return [`from ${word(value["branch"])} at ${word(value["sha"]).slice(0, 7)}`];
    case "extra":
      return Object.entries(value).map(([measure, extra]) => `+${word(extra)} ${measure}`);
    case "plan":
      return Array.isArray(value["phases"]) ? [`${value["phases"].length} phases`] : [];
  }
  return [];
}

function text(name: string, value: string): readonly string[] {
  switch (name) {
    case "by":
      return [`by ${value}`];
    case "to":
    case "from":
    case "sha":
    case "head":
    case "onto":
      // A payload that was cut keeps its beginning under `head`.
      return /^[0-9a-f]{40}$/.test(value) ? [`${name === "sha" ? "" : `${name} `}${value.slice(0, 7)}`] : [];
    case "workerId":
      return [`on ${value}`];
    case "outcome":
    case "reason":
    case "message":
    case "summary":
    case "intent":
    case "title":
      return [value];
  }
  return [];
}

function list(name: string, items: readonly unknown[]): readonly string[] {
  if (items.length === 0) return [];
  if (name === "evidence")
    return [
      items.map((item) => (isRecord(item) ? `${word(item["gate"])} ${word(item["conclusion"])}` : "")).join(", "),
    ];
  if (name === "paths" || name === "conflicts") return [items.map(word).join(", ")];
  return name === "problems" || name === "findings" ? [`${items.length} ${name}`] : [];
}

function word(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "?";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
