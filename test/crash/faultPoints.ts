import type { Effect } from "./workerProcess.ts";

/** After each of these, a restart finds nothing but caches that it did not find before. */
const CACHES = /^(git\.(fetch|checkout)|agent\.end|artifacts\.log|enqueue) ?/;

/** The end of a job leaves nothing to do over: one that did something will do, and one that had nothing to do. */
const ENDS = /^job\.end (?!build_phase|project_run)/;

/** Shown in the same way as `preflight` and `promotion` are. */
const ALIKE = /check:(ci|audit)|autopack\/(ci|audit)|^note done label/;

/** Of the webhooks, these change a run; what is left after any other is what was there before it. */
const NEWS = /^receive (?!issues\.labeled|pull_request\.closed)/;

/** Leave the same behind each time. */
const REPEATED = /^(note|job|sandbox|receive|artifacts)/;

/** The effects after which dying makes a difference: of an uninterrupted worker's, those that a restart can tell apart. */
export function faultPoints(effects: readonly Effect[]): readonly Effect[] {
  return effects
    .filter(({ effect }) => ![CACHES, ENDS, ALIKE, NEWS].some((pattern) => pattern.test(effect)))
    .filter(({ effect, nth }) => nth === 1 || !REPEATED.test(effect));
}
