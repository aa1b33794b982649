import { z } from "zod";
import type { Finding } from "../domain/finding.ts";
import { findings, toFindings } from "./agentResult.ts";
import { block, junk, parseResult } from "./resultJson.ts";
import type { JunkResult } from "./resultJson.ts";

const verdict = z.object({
  passed: z.boolean(),
  score: z.number().min(0).max(1).optional(),
  message: block.default(""),
  findings,
});

export interface CustomVerdict {
  readonly kind: "ok";
  readonly passed: boolean;
  /** From 0 to 1; all or nothing unless said. */
  readonly score: number;
  readonly message: string;
  readonly findings: readonly Finding[];
}

/**
 * Reads what a `custom` validator printed: JSON on its last line, or as its whole output.
 *
 * `output` may hold other lines before. Only the last counts, so that nothing the command runs can speak in its place.
 */
export function readCustomVerdict(output: string): CustomVerdict | JunkResult {
  const text = output.trim();
  if (text === "") return junk("It printed nothing.");
  const last = text.slice(text.lastIndexOf("\n") + 1).trim();
  const isOneLine = last.startsWith("{");
  const parsed = parseResult(isOneLine ? last : text, verdict);
  if (parsed.kind === "junk") return parsed;
  const { passed, score, message, findings: found } = parsed.value;
  return { kind: "ok", passed, score: score ?? (passed ? 1 : 0), message, findings: toFindings(found, "probe") };
}
