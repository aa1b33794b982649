import type { GateName } from "../domain/gate.ts";
import type { RunId, Sha } from "../domain/ids.ts";

export type CheckName = GateName | "promotion" | "config";

/** Names that never vary, because branch protection needs them. */
export const CHECK_NAMES: Readonly<Record<CheckName, string>> = {
  preflight: "autopack/preflight",
  ci: "autopack/ci",
  audit: "autopack/audit",
  promotion: "autopack/promotion",
  config: "autopack/config",
};

/** How a check run made by an earlier try is found again. */
export function externalId(run: RunId, check: CheckName, sha: Sha): string {
  return `${run}/${check}/${sha}`;
}

/** GitHub's limit of summary and text. */
const MAX_LENGTH = 65_535;
const NOTE = "\n\n… cut at GitHub's limit of 65,535 characters; the rest is in Autopack's artifacts.";

/** Cuts a summary or text to what GitHub takes, and says so. Ends a code block that the cut left open. */
export function cutOutput(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const kept = text.slice(0, MAX_LENGTH - NOTE.length - 100).replace(/\n[^\n]*$/, "");
  const fences = kept.match(/^`{3,}/gm) ?? [];
  const open = fences.length % 2 === 1 ? `\n${fences.at(-1) ?? ""}` : "";
  return kept + open + NOTE;
}
