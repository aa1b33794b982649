import { z } from "zod";
import type { Finding } from "../domain/finding.ts";
import type { Verdict } from "../domain/phase.ts";
import { cutText, plainBlock, plainLine } from "../domain/plainText.ts";
import { NO_USAGE } from "../domain/usage.ts";
import type { Usage } from "../domain/usage.ts";
import { isRelative } from "./configSchema.ts";
import type { Position } from "./yamlSource.ts";
import { zodProblems } from "./zodProblems.ts";

const MAX_RESULT_LENGTH = 1024 * 1024;
const MAX_FINDINGS = 100;
const MAX_TITLE_LENGTH = 200;
const MAX_TEXT_LENGTH = 4000;
const MAX_PATH_LENGTH = 300;
const MAX_MESSAGES = 5;

const block = z.string().transform((text) => cutText(plainBlock(text), MAX_TEXT_LENGTH));
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
const findings = z.array(finding).max(10_000).default([]);

const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER).catch(0).default(0);
const usage = z
  .object({ input_tokens: count, output_tokens: count, cost_usd: count })
  .transform((used): Usage => ({
    inputTokens: Math.round(used.input_tokens),
    outputTokens: Math.round(used.output_tokens),
    costUsd: used.cost_usd,
  }))
  .catch(NO_USAGE)
  .default(NO_USAGE);

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

/** A result that cannot be believed. `message` tells the next attempt what was wrong with it. */
export interface JunkResult {
  readonly kind: "junk";
  readonly message: string;
}

/** Reads what a Builder says of its work. It need not say anything; what it says must have the form. */
export function readBuilderResult(text: string | null): BuilderReport | JunkResult {
  if (text === null || text.trim() === "") return { kind: "ok", summary: "", findings: [], usage: NO_USAGE };
  const result = parse(text, builderResult);
  if (result.kind === "junk") return result;
  return { ...result.value, kind: "ok", findings: toFindings(result.value.findings, "builder") };
}

/** Reads an Auditor's verdict. Without one that has the form, nothing was judged. */
export function readVerdict(text: string | null): AuditorReport | JunkResult {
  if (text === null || text.trim() === "") return junk("The Auditor left no verdict.");
  const result = parse(text, auditorResult);
  if (result.kind === "junk") return result;
  const { verdict, confidence, summary } = result.value;
  const found = toFindings(result.value.findings, "auditor");
  if (verdict === "revise" && summary === "" && found.length === 0) {
    return junk("The Auditor asked for a revision and did not say of what.");
  }
  return { kind: "ok", decision: verdict, confidence, summary, findings: found, usage: result.value.usage };
}

type Parsed<Value> = { readonly kind: "ok"; readonly value: Value } | JunkResult;

function parse<Schema extends z.ZodType>(text: string, schema: Schema): Parsed<z.output<Schema>> {
  if (text.length > MAX_RESULT_LENGTH) return junk(`The result is longer than ${MAX_RESULT_LENGTH} characters.`);
  const json = parseJson(text);
  if (json.kind === "junk") return json;
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return { kind: "ok", value: parsed.data };
  const source = { kind: "ok", value: json.value, positionOf: nowhere, positionOfKey: nowhere } as const;
  const messages = zodProblems(parsed.error.issues, source, () => []).map(({ message }) => message);
  return junk(`The result does not have the form asked for. ${messages.slice(0, MAX_MESSAGES).join(" ")}`);
}

/** Results are short-lived: their messages name the key, nobody looks for the line. */
function nowhere(): Position {
  return { line: 1, column: 1 };
}

function parseJson(text: string): Parsed<unknown> {
  try {
    return { kind: "ok", value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return junk(`The result is not JSON: ${plainLine(error.message, 200)}.`);
  }
}

function junk(message: string): JunkResult {
  return { kind: "junk", message };
}

/** At most 100, the major ones before the minor where some have to go. */
function toFindings(raw: readonly z.output<typeof finding>[], source: "builder" | "auditor"): readonly Finding[] {
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
