import { expect, test } from "vitest";
import { judgeRevert } from "../../src/gates/revert.ts";
import { changed, context } from "./changedFixture.ts";

const SHA = "1234567890abcdef1234567890abcdef12345678";
const OLD = "import a;\nexport function total(list) {\n  return list.length;\n}\n";
const NEW = "import a;\nexport function total(list) {\n  return list.filter(isOpen).length;\n}\n";
const EARLIER = {
  sha: SHA,
  path: "src/total.js",
  added: ["  return list.filter(isOpen).length;"],
  removed: ["  return list.length;"],
};

test("a change that puts an older version back blocks, and names the commit", () => {
  const found = judgeRevert([changed("src/total.js", NEW, OLD)], [EARLIER], context({ planText: "Add a footer" }));
  expect(found).toMatchObject([{ rule: "reverted", level: "blocks", side: "after", lines: { start: 3 } }]);
  expect(found[0]?.message).toContain("1234567");
});

test("a plan that says so may undo", () => {
  const files = [changed("src/total.js", NEW, OLD)];
  for (const planText of ["Revert the filter", "Roll back the last change", `Take out what ${SHA.slice(0, 7)} did`])
    expect(judgeRevert(files, [EARLIER], context({ planText }))).toEqual([]);
});

test("going on from what landed is no revert", () => {
  const next = NEW.replace("isOpen", "isOpenNow");
  expect(judgeRevert([changed("src/total.js", NEW, next)], [EARLIER], context())).toEqual([]);
  expect(judgeRevert([changed("src/other.js", NEW, OLD)], [EARLIER], context())).toEqual([]);
});

test("taking out what was only added lately warns, unless the plan removes things", () => {
  const added = Array.from({ length: 6 }, (_, line) => `  step number ${line};`);
  const earlier = { ...EARLIER, added, removed: [] };
  const files = [changed("src/total.js", `${OLD}${added.join("\n")}\n`, OLD)];
  expect(judgeRevert(files, [earlier], context())).toMatchObject([
    { rule: "lately_added_removed", level: "warns", side: "before" },
  ]);
  expect(judgeRevert(files, [earlier], context({ planText: "Remove the steps" }))).toEqual([]);
});

test("brackets and blank lines prove nothing", () => {
  const earlier = { ...EARLIER, added: ["{", ""], removed: ["}", "  "] };
  expect(judgeRevert([changed("src/total.js", "{\n\na\n", "}\n  \na\n")], [earlier], context())).toEqual([]);
});
