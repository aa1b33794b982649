import type { Finding } from "../domain/finding.ts";
import { cell, code } from "./safeMarkdown.ts";

/** One finding as a line of a list. */
export function findingLine({ severity, source, title, path, lines }: Finding): string {
  const at = lines === null ? "" : `:${lines.start}`;
  const where = path === null ? "" : ` in ${code(`${path}${at}`)}`;
  return `- **${severity}** (${source.replaceAll("_", " ")}): ${cell(title)}${where}`;
}
