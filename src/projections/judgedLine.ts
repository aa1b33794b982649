import type { Run } from "../domain/run.ts";
import { shortSha } from "./runView.ts";
import { code } from "./safeMarkdown.ts";

/** What a check run's verdict is about: head, base, configuration, run. */
export function judgedLine(run: Run): string {
  const base =
    run.base === null ? "" : ` · base ${code(run.base.branch)} at \`${shortSha(run.verifiedBase ?? run.base.sha)}\``;
  const config = run.configHash === null ? "" : ` · configuration \`${run.configHash.slice(0, 12)}\``;
  const head = run.head === null ? "" : ` · head \`${shortSha(run.head)}\``;
  return `<sub>Run \`${run.id}\`${head}${base}${config}</sub>`;
}
