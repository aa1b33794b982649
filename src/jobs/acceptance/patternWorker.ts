import { parentPort, workerData } from "node:worker_threads";

/** Lines of `texts` that a pattern matches. */
export interface PatternMatch {
  readonly pattern: number;
  readonly text: number;
}

export interface PatternTask {
  readonly patterns: readonly string[];
  readonly texts: readonly string[];
  /** The search ends here. */
  readonly maxMatches: number;
}

const { patterns, texts, maxMatches } = workerData as PatternTask;
const compiled = patterns.map((pattern) => new RegExp(pattern));
const matches: PatternMatch[] = [];
for (const [text, line] of texts.entries()) {
  for (const [pattern, expression] of compiled.entries()) {
    if (matches.length < maxMatches && expression.test(line)) matches.push({ pattern, text });
  }
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort?.postMessage(matches);
