import { expect, test } from "vitest";
import { namedFeatures } from "../../src/config/namedFeatures.ts";
import { specificationFolder, specificationPlan } from "../../src/config/specificationPlan.ts";

const ISSUE = { number: 7, title: "Greet by name!", body: "Say hello.\u202E to `somebody`" };

test.each([
  [7, "Greet by name!", "specs/007-greet-by-name/"],
  [1234, "Ünïcode & more", "specs/1234-u-ni-code-more/"],
  [3, "日本語", "specs/003-feature/"],
  [3, "../../etc/passwd", "specs/003-etc-passwd/"],
  [3, "a".repeat(200), `specs/003-${"a".repeat(40)}/`],
])("#%i %s lies in %s", (number, title, folder) => {
  expect(specificationFolder(number, title)).toBe(folder);
});

test("three documents, each after the one before it, and judged by being there", () => {
  const made = specificationPlan(ISSUE, { maxPhases: 25 });
  if (made.kind !== "ok") throw new Error(made.message);
  const { phases, source } = made.plan;
  expect(source).toBe("spec");
  expect(phases.map(({ files, dependsOn, category }) => ({ files, dependsOn, category }))).toEqual([
    { files: ["specs/007-greet-by-name/spec.md"], dependsOn: [], category: "docs" },
    { files: ["specs/007-greet-by-name/plan.md"], dependsOn: [1], category: "docs" },
    { files: ["specs/007-greet-by-name/tasks.md"], dependsOn: [2], category: "docs" },
  ]);
  for (const { spec, files, instructions } of phases) {
    expect(spec?.validators).toMatchObject([{ type: "file_exists", path: files[0], mustExist: true, required: true }]);
    expect(instructions).toContain("Say hello. to `somebody`");
    expect(instructions).not.toContain("\u202E");
  }
});

test("a later issue that names the folder finds its tasks", () => {
  const files = [{ path: `${specificationFolder(7, ISSUE.title)}tasks.md` }];
  expect(namedFeatures("Build 007-greet-by-name now", files)).toEqual(files);
});

test("a run that takes fewer phases than that is refused", () => {
  expect(specificationPlan(ISSUE, { maxPhases: 2 }).kind).toBe("refused");
});
