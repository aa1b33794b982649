import type { ChangedFile } from "../judged.ts";
import { shown } from "./charge.ts";
import type { Charge } from "./charge.ts";

const SNAPSHOTS = /(?:^|\/)__snapshots__\/|\.(?:snap|ambr|golden|approved\.\w+)$/;
/** Changed lines from which a person should look at what was recorded anew. */
const MANY = 20;

/** Recorded answers that were recorded anew in number, or thrown away: whatever the code says now is then right. */
export function judgeSnapshots(files: readonly ChangedFile[]): readonly Charge[] {
  return files
    .filter(
      ({ path, before, after, removed }) =>
        SNAPSHOTS.test(path) && before !== null && (after === null || removed.size >= MANY),
    )
    .map(({ path, after, removed }) => ({
      rule: "snapshots_updated",
      level: "warns",
      message:
        after === null
          ? `The recorded answers in ${shown(path)} are deleted.`
          : `${removed.size} lines of recorded answers in ${shown(path)} are replaced.`,
      remedy: "Record again only what the task changes, and say why in the summary.",
      path,
      lines: null,
      side: after === null ? "before" : "after",
      code: "snapshots",
    }));
}
