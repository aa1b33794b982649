import { z } from "zod";
import type { Finding } from "../domain/finding.ts";
import type { Verdict } from "../domain/phase.ts";
import { plainLine } from "../domain/plainText.ts";
import { NO_USAGE } from "../domain/usage.ts";
import type { Usage } from "../domain/usage.ts";
import { isRelative } from "./configSchema.ts";
import { block, junk, parseResult, usage } from "./resultJson.ts";
import type { JunkResult } from "./resultJson.ts";

const MAX_FINDINGS = 100;
const MAX_TITLE_LENGTH = 200;
const MAX_PATH_LENGTH = 300;

const lineNumber = z.int().min(1).max(10_000_000).nullable().catch(null).default(null);

const finding = z.object({
  severity: z.enum(["minor", "major"]),
  title: z.string().transform((text) => plainLine(text, MAX_TITLE_LENGTH) || "Untitled"),
  detail: block.default(""),
  /** A finding is worth having without its place, so a place that makes no sense is dropped. */
  path: z.string().transform(toPath).nullable().catch(null).default(null),
  line: lineNumber,
  end_line: lineNumber,
});
export const findings = z.array(finding).max(10_000).default([]);

const builderResult = z.object({ summary: block.default(""), findings, usage });

const auditorResult = z.object({
  verdict: z.enum(["approve", "revise", "escalate"]),
  confidence: z.enum(["low", "medium", "high"]),
  summary: block.default(""),
  findings,
  usage,
});

export interface BuilderReport {
  readonly kind: "ok";
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly usage: Usage;
}

export interface AuditorReport extends Omit<Verdict, "patch"> {
  readonly kind: "ok";
  readonly usage: Usage;
}

/** Reads what a Builder says of its work. It need not say anything; what it says must have the form. */
export function readBuilderResult(text: string | null): BuilderReport | JunkResult {
  if (text === null || text.trim() === "") return { kind: "ok", summary: "", findings: [], usage: NO_USAGE };
  const result = parseResult(text, builderResult);
  if (result.kind === "junk") return result;
  return { ...result.value, kind: "ok", findings: toFindings(result.value.findings, "builder") };
}

/** Reads the usage alone, of a result that need not have any other form. */
export function readUsage(text: string | null): Usage {
  const result = text === null ? null : parseResult(text, z.object({ usage }));
  return result?.kind === "ok" ? result.value.usage : NO_USAGE;
}

/** Reads an Auditor's verdict. Without one that has the form, nothing was judged. */
export function readVerdict(text: string | null): AuditorReport | JunkResult {
  if (text === null || text.trim() === "") return junk("The Auditor left no verdict.");
  const result = parseResult(text, auditorResult);
  if (result.kind === "junk") return result;
  const { verdict, confidence, summary } = result.value;
  const found = toFindings(result.value.findings, "auditor");
  if (verdict === "revise" && summary === "" && found.length === 0) {
    return junk("The Auditor asked for a revision and did not say of what.");
  }
  return { kind: "ok", decision: verdict, confidence, summary, findings: found, usage: result.value.usage };
}

/** At most 100, the major ones before the minor where some have to go. */
export function toFindings(
  raw: z.output<typeof findings>,
  source: "builder" | "auditor" | "probe",
): readonly Finding[] {
  const kept =
    raw.length <= MAX_FINDINGS
      ? raw
      : ["major", "minor"]
          .flatMap((severity) => raw.filter((each) => each.severity === severity))
          .slice(0, MAX_FINDINGS);
  return kept.map(({ severity, title, detail, path, line, end_line: endLine }) => ({
    severity,
    source,
    title,
    detail,
    path,
    lines: path === null || line === null ? null : { start: line, end: Math.max(line, endLine ?? line) },
  }));
}

/** A path inside the repository, or null: it ends up in annotations and commands. */
function toPath(text: string): string | null {
  const path = text.trim().replace(/^(?:\.\/)+/, "");
  const isSafe =
    path !== "" && path.length <= MAX_PATH_LENGTH && path === plainLine(path, MAX_PATH_LENGTH) && isRelative(path);
  return isSafe && !path.split("/").some((part) => part === "" || part === "." || part === ".git") ? path : null;
}
