import type { AcceptanceBlock } from "./acceptanceSchema.ts";
import type { KeyPath } from "./yamlSource.ts";

/** Something that no single key shows. `at` is relative to the phase. */
export interface AcceptanceFault {
  readonly at: KeyPath;
  readonly message: string;
}

/** What is wrong with keys that have the right form each, but make no sense together. */
export function acceptanceFaults(block: AcceptanceBlock): readonly AcceptanceFault[] {
  const { validators, gate, min_score: minScore, retry } = block;
  if (validators === undefined) return orphans(block);
  const faults: AcceptanceFault[] = [];
  const weight = validators.reduce((sum, each) => sum + (typeof each === "string" ? 1 : each.weight), 0);
  if (weight === 0) faults.push({ at: ["validators"], message: "All weights are 0: at least one must count." });
  if (minScore !== undefined && gate !== "weighted") {
    faults.push({ at: ["min_score"], message: "`min_score` needs `gate: weighted`." });
  }
  if (gate === "weighted" && minScore === undefined) {
    faults.push({ at: ["gate"], message: "`gate: weighted` needs `min_score`." });
  }
  if (retry?.policy === "none" && (retry.max_retries ?? 0) > 0) {
    faults.push({
      at: ["retry", "max_retries"],
      message: "`policy: none` never tries again: leave `max_retries` out.",
    });
  }
  validators.forEach((each, index) => {
    if (typeof each === "string" || each.type !== "fail_to_pass") return;
    if (each.tests.length === 0 || each.report !== undefined) return;
    const message = "Tests are known by name only from a report: say with `report` where the command leaves it.";
    faults.push({ at: ["validators", index, "tests"], message });
  });
  return faults;
}

function orphans({ gate, min_score: minScore, retry, fallback }: AcceptanceBlock): readonly AcceptanceFault[] {
  return Object.entries({ gate, min_score: minScore, retry, fallback })
    .filter(([, value]) => value !== undefined)
    .map(([key]) => ({ at: [key], message: `\`${key}\` says how \`validators\` are judged, and there are none.` }));
}
