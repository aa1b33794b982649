import { expect, test } from "vitest";
import { findingKey } from "../../src/domain/findings/findingKey.ts";
import { findingsSection } from "../../src/projections/findingsSection.ts";
import { finding, landedPhase } from "../domain/findings/findingFixture.ts";
import { HOSTILE } from "./story.ts";

test("is empty when nothing was found in what has landed", () => {
  const failed = { kind: "failed", reason: "no", cause: "phases_failed" } as const;
  const phases = [landedPhase(1, []), landedPhase(2, [finding("x")], { state: failed })];
  expect(findingsSection({ phases, agedFindings: [] })).toBe("");
});

test("names each problem once, major ones first, with its phases", () => {
  const known = finding("no test", { path: null });
  const phases = [
    landedPhase(1, [finding("unused variable")]),
    landedPhase(2, [finding("Unused variable"), known, finding("race", { severity: "major", path: "src/`b`.ts" })]),
  ];
  expect(findingsSection({ phases, agedFindings: [findingKey(known)] }).split("\n")).toEqual([
    "<details><summary>3 findings</summary>",
    "",
    "- **major, long known**: no test, phase 2",
    "- **major**: race in ``src/`b`.ts``, phase 2",
    "- **minor**: unused variable in `src/a.ts`, phase 1, 2",
    "",
    "</details>",
  ]);
});

test("lists twenty and counts the others", () => {
  const many = Array.from("abcdefghijklmnopqrstuvwxy", (letter) => finding(letter));
  const lines = findingsSection({ phases: [landedPhase(1, many)], agedFindings: [] }).split("\n");
  expect(lines.filter((line) => line.startsWith("- **"))).toHaveLength(20);
  expect(lines).toContain("- … and 5 more");
  expect(lines[0]).toContain("25 findings");
});

test("shows a hostile title and path, and does nothing they say", () => {
  const hostile = finding(`${HOSTILE}</details>`, { path: "a`<!-- autopack:end -->`</summary>.ts" });
  const section = findingsSection({ phases: [landedPhase(1, [hostile])], agedFindings: [] });
  const line = section.split("\n").find((each) => each.startsWith("- ")) ?? "";
  const outsideCode = line.replaceAll(/(`+).*?\1(?!`)/g, "").replaceAll("<!-- -->", "");
  expect(outsideCode).not.toMatch(/(?<!\\)[<[]/);
  expect(line).not.toMatch(/@acme|#12/);
  expect(section).not.toMatch(/(?<!\\)<!-- autopack/);
  expect(section.match(/^<\/details>$/gm)).toHaveLength(1);
});
