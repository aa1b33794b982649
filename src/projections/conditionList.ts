import { promotionConditions } from "../domain/promotion.ts";
import type { Run } from "../domain/run.ts";
import { inline } from "./safeMarkdown.ts";

/** Every condition of a promotion with its evidence; an unmet one with what clears it. */
export function conditionList(run: Run): string {
  return promotionConditions(run)
    .map(({ name, met, evidence, remedy }) => {
      const clear = remedy === null ? "" : ` → ${inline(remedy)}`;
      return `- ${met ? "✅" : "⬜"} **${name}**: ${inline(evidence)}${clear}`;
    })
    .join("\n");
}
