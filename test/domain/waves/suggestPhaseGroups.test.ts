import { expect, test } from "vitest";
import { suggestPhaseGroups } from "../../../src/domain/waves/suggestPhaseGroups.ts";
import { plannedPhase } from "../runFixture.ts";

const twin = plannedPhase("Greet", { files: ["src/greet.ts"] });

test("phases are told apart by ordinal, though their titles are the same", () => {
  const phases = [plannedPhase("Wave", { category: "docs" }), twin, { ...twin, dependsOn: [2] }];
  const { groups, duplicates } = suggestPhaseGroups(phases, (text) => `#${text}`);
  expect(duplicates).toMatchObject([{ phases: [2, 3], score: 1 }]);
  expect(groups).toEqual(duplicates);
});

test("a group keeps its id when the plan is reordered", () => {
  const phases = [twin, { ...twin, title: "Greet again", dependsOn: [1] }];
  const moved = [plannedPhase("Wave", { category: "docs" }), twin, { ...twin, title: "Greet again", dependsOn: [2] }];
  const ids = [phases, moved].map((each) => suggestPhaseGroups(each, (text) => text).groups.map(({ id }) => id));
  expect(ids[0]).toHaveLength(1);
  expect(ids[1]).toEqual(ids[0]);
});
