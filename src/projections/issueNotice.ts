import type { Run } from "../domain/run.ts";
import { cell } from "./safeMarkdown.ts";

/** What somebody has to decide because the issue of a live run was closed or edited; one line of Markdown. Null when nothing. */
export function issueNotice({ closing, edited, settings }: Run): string | null {
  if (closing?.closed === true) {
    const grace = settings === null ? "" : `, ${minutes(settings.closeGraceMs)} after it was closed`;
    return `${cell(closing.by)} closed the issue: the run ends${grace}. Open the issue again to keep it; \`/autopack cancel\` ends it now`;
  }
  if (edited === null) return null;
  return `${cell(edited.by)} edited the issue, and the run waits: \`/autopack resume\` goes on with the text it was asked for, \`/autopack cancel\` and then \`/autopack run\` takes the new one`;
}

function minutes(ms: number): string {
  const count = Math.round(ms / 60_000);
  return count === 1 ? "1 minute" : `${count} minutes`;
}
