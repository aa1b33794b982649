import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { componentOf, profileOf, similarity } from "../../../src/domain/waves/similarity.ts";
import type { WorkItem } from "../../../src/domain/waves/similarity.ts";
import { suggestGroups } from "../../../src/domain/waves/suggestGroups.ts";

function item(id: string, more: Partial<WorkItem> = {}): WorkItem {
  return { id, text: `${id} ${id}work`, category: `category of ${id}`, files: [], dependsOn: [], ...more };
}

function hash(text: string): string {
  return `#${text}`;
}

const anyItem = fc.record({
  text: fc
    .array(fc.constantFrom("add", "greeting", "parser", "docs", "test"), { maxLength: 5 })
    .map((words) => words.join(" ")),
  category: fc.constantFrom("docs", "tests", "feature"),
  files: fc.array(fc.constantFrom("src/a/x.ts", "src/a/*.ts", "src/b/x.ts", "docs/**", "README.md"), { maxLength: 3 }),
  dependsOn: fc.array(fc.nat(30).map(String), { maxLength: 2 }),
});
const anyItems = fc
  .array(anyItem, { maxLength: 30 })
  .map((items) => items.map((one, index) => ({ ...one, id: String(index) })));

describe("similarity", () => {
  test.each([
    { what: "nothing in common", left: {}, right: {}, expected: 0 },
    { what: "a file", left: { files: ["a.ts"] }, right: { files: ["a.ts"] }, expected: 0.4 },
    {
      what: "most of the files, in other parts",
      left: { files: ["src/a/x.ts"] },
      right: { files: ["src/**", "docs/x.md"] },
      expected: (0.25 * 2) / 3,
    },
    { what: "a dependency", left: { dependsOn: ["right"] }, right: {}, expected: 0.3 },
    { what: "a dependency of both", left: { dependsOn: ["x"] }, right: { dependsOn: ["x", "y"] }, expected: 0.21 },
    { what: "the words", left: { text: "Add the greeting" }, right: { text: "the greeting: add!" }, expected: 0.2 },
    {
      what: "half of the words",
      left: { text: "add greeting here" },
      right: { text: "add greeting there" },
      expected: 0.1,
    },
    {
      what: "too few words",
      left: { text: "add greeting here now" },
      right: { text: "add parser there soon" },
      expected: 0,
    },
    { what: "the category", left: { category: "docs" }, right: { category: "docs" }, expected: 0.1 },
    { what: "the component", left: { files: ["src/web/a.ts"] }, right: { files: ["src/web/b.ts"] }, expected: 0.15 },
  ])("$what", ({ left, right, expected }) => {
    const score = similarity(profileOf(item("left", left)), profileOf(item("right", right)));
    expect(score).toBeCloseTo(expected, 6);
  });

  test("is mutual, and a share", () => {
    fc.assert(
      fc.property(anyItem, anyItem, (left, right) => {
        const [one, other] = [profileOf({ ...left, id: "1" }), profileOf({ ...right, id: "2" })];
        expect(similarity(one, other)).toBe(similarity(other, one));
        expect(similarity(one, other)).toBeGreaterThanOrEqual(0);
        expect(similarity(one, other)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each([
    ["src/web/page.ts", "src/web"],
    ["./src/web/page.ts", "src/web"],
    ["src/main.ts", "src"],
    ["src/*/x.ts", "src"],
    ["packages/core/**", "packages/core"],
    ["docs/x.md", "docs"],
    ["docs/", "docs"],
    ["README.md", "."],
  ])("%s lies in %s", (path, component) => {
    expect(componentOf(path)).toBe(component);
  });
});

describe("suggestGroups", () => {
  const twin = { text: "Add a greeting", category: "docs", files: ["src/a/x.ts"] };

  test("groups what belongs together, and flags what is there twice", () => {
    const items = [item("b", { ...twin, dependsOn: ["a"] }), item("a", twin), item("c"), item("d", twin)];
    const group = { id: '#["a","b","d"]', members: ["a", "b", "d"] };
    const { groups, duplicates } = suggestGroups(items, hash);
    expect(groups).toMatchObject([group]);
    expect(groups[0]?.score).toBeCloseTo((1 + 0.7 + 0.7) / 3, 6);
    expect(duplicates).toEqual([{ id: '#["a","b"]', members: ["a", "b"], score: 1 }]);
  });

  test("a group has at most twenty members", () => {
    const items = Array.from({ length: 45 }, (_, index) => item(`i${index}`, twin));
    const sizes = suggestGroups(items, hash).groups.map(({ members }) => members.length);
    expect(Math.max(...sizes)).toBe(20);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(45);
  });

  test("groups of 2 to 20, similar enough, nobody in two; the same whatever the order", () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const found = suggestGroups(items, hash);
        expect(suggestGroups(items.toReversed(), hash)).toEqual(found);
        const members = found.groups.flatMap((group) => group.members);
        expect(new Set(members).size).toBe(members.length);
        for (const group of found.groups) {
          expect(group.members.length).toBeGreaterThanOrEqual(2);
          expect(group.members.length).toBeLessThanOrEqual(20);
          expect(group.score).toBeGreaterThanOrEqual(0.6);
          expect(group.id).toBe(hash(JSON.stringify(group.members.toSorted())));
        }
        for (const { members: pair, score } of found.duplicates) {
          expect(pair).toHaveLength(2);
          expect(score).toBeGreaterThan(0.85);
        }
      }),
    );
  });
});
