import type { Finding } from "../finding.ts";
import { isLanded } from "../phase.ts";
import type { Phase } from "../phase.ts";
import type { Run } from "../run.ts";
import type { BacklogEntry } from "./backlogEntry.ts";

/**
 * Whether a run that did not show a problem, and was promoted, shows that it is gone: a landed phase touched its path, and
 * was looked at by who sees such problems.
 *
 * One without a path is about changes as a whole, and every run is one. What people reported, people resolve.
 */
export function isGone({ path, source }: Pick<BacklogEntry, "path" | "source">, run: Run): boolean {
  return run.phases.some((phase) => isLanded(phase) && touches(phase, path) && wasLookedAtBy(phase, source));
}

function touches({ candidate }: Phase, path: string | null): boolean {
  const touched = candidate?.touched ?? [];
  return path === null || touched.some((each) => each.path === path || each.path.startsWith(`${path}/`));
}

/** Where nobody looked, silence says nothing. */
function wasLookedAtBy(phase: Phase, source: Finding["source"]): boolean {
  const { verdict, acceptance, evidence } = phase;
  switch (source) {
    case "auditor":
      return verdict !== null;
    case "test":
    case "probe":
      return acceptance !== null || ran(evidence, "ci");
    case "static_check":
      return acceptance !== null || ran(evidence, "preflight");
    case "ci":
      return ran(evidence, "ci");
    case "builder":
      return true;
    case "human":
      return false;
  }
}

function ran(evidence: Phase["evidence"], gate: "preflight" | "ci"): boolean {
  return evidence.some((each) => each.gate === gate && each.conclusion === "success");
}
