import type { Impact } from "./impact.ts";
import type { ImpactKnowledge } from "./impactKnowledge.ts";

/** Once may be chance. */
const MIN_SUPPORT = 2;

/** What has changed along with a path: at least twice, with the share of the path's changes as confidence. */
export function historyImpacts({ path, operation }: Impact, { changes }: ImpactKnowledge): readonly Impact[] {
  if (operation === "read") return [];
  const own = changes.filter((paths) => paths.includes(path));
  const together = new Map<string, number>();
  for (const paths of own) {
    for (const other of new Set(paths)) together.set(other, (together.get(other) ?? 0) + 1);
  }
  together.delete(path);
  return [...together]
    .filter(([, times]) => times >= MIN_SUPPORT)
    .map(([other, times]) => ({
      path: other,
      operation: "update",
      source: "history",
      confidence: times / own.length,
    }));
}
