import type { CheckName } from "../domain/externalId.ts";
import { linkTo } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { code } from "./safeMarkdown.ts";

/** Names that never vary, because branch protection needs them. */
export const CHECK_NAMES: Readonly<Record<CheckName, string>> = {
  preflight: "autopack/preflight",
  ci: "autopack/ci",
  audit: "autopack/audit",
  promotion: "autopack/promotion",
  config: "autopack/config",
};

/** GitHub's limit of summary and text. Whether it counts characters or bytes is not said: bytes are never fewer. */
const MAX_BYTES = 65_535;
/** For the note, and the end of a code block. */
const RESERVED_BYTES = 600;

/** Where somebody finds what did not fit. Markdown. */
export function restOf(view: RunView): string {
  const issue = `[the run's issue](${linkTo(view, `issues/${view.run.request.issueNumber}`)})`;
  return `it is kept with ${issue}, and ${code(`autopack runs show ${view.run.id}`)} prints it`;
}

/** Cuts a summary or text to what GitHub takes, and says where the rest is. Ends a code block that the cut left open. */
export function cutOutput(text: string, rest: string): string {
  if (byteLength(text) <= MAX_BYTES) return text;
  const kept = cutBytes(text, MAX_BYTES - RESERVED_BYTES).replace(/\n[^\n]*$/, "");
  const fences = kept.match(/^`{3,}/gm) ?? [];
  const open = fences.length % 2 === 1 ? `\n${fences.at(-1) ?? ""}` : "";
  return `${kept}${open}\n\n… cut at GitHub's limit of 65,535 characters. The rest: ${rest}.`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A character that would be cut in two is left out. */
function cutBytes(text: string, bytes: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(0, bytes)).replace(/\uFFFD+$/, "");
}
