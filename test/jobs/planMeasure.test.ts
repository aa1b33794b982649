import { expect, test } from "vitest";
import type { Mutation } from "../../src/gates/mutations/mutation.ts";
import { planMeasure } from "../../src/jobs/measureAuditor.ts";
import type { GoodDiff } from "../../src/jobs/shadowAudit.ts";

function mutation(id: string): Mutation {
  return { id, category: "off_by_one", description: "Off by one.", path: "a.ts", line: 1, text: id };
}

test("each defect with its own diff, each diff once without, and never more than was asked for", () => {
  const diffs = [["a", "b"], ["c"], []].map((ids) => ({ mutations: ids.map(mutation) }) as unknown as GoodDiff);
  const audits = planMeasure(diffs, { samples: 2, seed: 1 });
  const seeded = audits.filter((each) => each.mutation !== null);
  expect(seeded).toHaveLength(2);
  for (const { diff, mutation: defect } of seeded) expect(diff.mutations).toContain(defect);
  expect(audits.filter((each) => each.mutation === null).map(({ diff }) => diff)).toEqual(diffs.slice(0, 2));
  expect(planMeasure(diffs, { samples: 2, seed: 1 })).toEqual(audits);
});
