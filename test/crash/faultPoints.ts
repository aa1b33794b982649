import type { Effect } from "./workerProcess.ts";

/**
 * Leave nothing behind that a restart reads: files that are caches, and logs under the same attempt. One of each will do, as the
 * second one dies where the first did.
 */
const CACHES = [/^git\.(fetch|checkout)$/, /^sandbox\./, /^artifacts\./, /^agent\./, /^enqueue /];

/** The end of a job leaves nothing to do over. */
const ENDS = /^job\.end (?!build_phase|merge_pull|project_run)/;

/** Shown in the same way as `preflight` and `promotion` are. */
const ALIKE = /check:(ci|audit)|autopack\/(ci|audit)|note done label/;

/** Of the webhooks, these change a run; what is left after any other is what was there before it. */
const NEWS = new Set(["receive issues.labeled", "receive pull_request.closed"]);

/** The effects after which dying makes a difference: of an uninterrupted worker's, those that a restart can tell apart. */
export function faultPoints(effects: readonly Effect[]): readonly Effect[] {
  return effects.filter(({ effect, nth }) => {
    if (effect.startsWith("receive ")) return NEWS.has(effect) && nth === 1;
    if (ENDS.test(effect) || ALIKE.test(effect)) return false;
    const isRepeated = [/^note deliveries/, /^job\./, ...CACHES].some((pattern) => pattern.test(effect));
    return !isRepeated || nth === 1;
  });
}
