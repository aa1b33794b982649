import type { AcceptanceResult } from "./acceptance.ts";

const MAX_FINDINGS = 20;

/** What the next Builder attempt reads of a result that was not accepted: what was expected, what came, and what was found. */
export function acceptanceFailureText({ reason, results, findings }: AcceptanceResult): string {
  const open = results
    .filter(({ verdict }) => verdict !== "passed")
    .map(({ name, expected, got }) => `- “${name}”: expected ${expected}; got ${got}`);
  const found = findings.slice(0, MAX_FINDINGS).map(({ title, detail, path, lines }) => {
    const place = path === null ? "" : ` (${path}${lines === null ? "" : `:${lines.start}`})`;
    return detail === "" ? `- ${title}${place}` : `- ${title}${place}\n\n${indented(detail)}`;
  });
  const more = findings.length > MAX_FINDINGS ? [`- and ${findings.length - MAX_FINDINGS} more`] : [];
  const rest = found.length === 0 ? [] : ["", "Found:", ...found, ...more];
  return [`The change was not accepted: ${reason}.`, "", ...open, ...rest].join("\n");
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `      ${line}`))
    .join("\n");
}
