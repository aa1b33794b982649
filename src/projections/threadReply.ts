import type { Phase } from "../domain/phase.ts";
import { inline } from "./safeMarkdown.ts";

/** What a review comment is answered with once its phase has landed; null while it has not. GitHub links the commit by itself. */
export function threadReply({ state, candidate }: Phase): string | null {
  if (state.kind !== "complete") return null;
  const summary = inline(candidate?.summary ?? "");
  return summary === "" ? `Done in ${state.sha}.` : `Done in ${state.sha}: ${summary}`;
}
