import type { CheckRun } from "../domain/checkRun.ts";
import type { Sha } from "../domain/ids.ts";
import type { Problem } from "../domain/plan.ts";
import { configAnnotation } from "./configCheck.ts";
import { foreignCheck } from "./foreignCheck.ts";
import { count } from "./headline.ts";
import { problemList } from "./problemList.ts";
import { code, inline } from "./safeMarkdown.ts";

/** What a pull request would make of the configuration. */
export type ConfigReview =
  | { readonly kind: "valid" }
  | { readonly kind: "removed" }
  | { readonly kind: "refused"; readonly message: string; readonly problems: readonly Problem[] };

/**
 * `autopack/config` on the head of a pull request that touches the configuration. It only says whether the file could be used:
 * nothing is taken from it before it is on the default branch.
 */
export function configReview(sha: Sha, review: ConfigReview, defaultBranch: string): CheckRun {
  const later = `Nothing of it is used before it is on ${code(defaultBranch)}.`;
  switch (review.kind) {
    case "valid":
      return foreignCheck("config", sha, {
        conclusion: "success",
        title: "The configuration is valid",
        summary: later,
      });
    case "removed":
      return foreignCheck("config", sha, {
        conclusion: "neutral",
        title: "The configuration is removed",
        summary: `Without it, Autopack starts no run in this repository. ${later}`,
      });
    case "refused":
      return foreignCheck("config", sha, {
        conclusion: "failure",
        title:
          review.problems.length === 0
            ? "The configuration cannot be used"
            : `${count(review.problems.length, "problem")} found`,
        summary: [inline(review.message), problemList(review.problems), `Next: correct it. ${later}`]
          .filter((part) => part !== "")
          .join("\n\n"),
        annotations: review.problems.flatMap(configAnnotation),
      });
  }
}
