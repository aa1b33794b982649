import { expect, test } from "vitest";
import type { Sha } from "../../src/domain/ids.ts";
import { revertedBy } from "../../src/inbox/revertedBy.ts";

const BY = "b".repeat(40) as Sha;
const OLD = "a".repeat(40) as Sha;

function read(message: string) {
  return revertedBy([{ id: BY, message }], "acme/widget");
}

test.each([
  [`Revert "Greet"\n\nThis reverts commit ${OLD}.`, [OLD], []],
  [`Revert "Merge"\n\nThis reverts commit ${OLD}, reversing\nchanges made to ${BY}.`, [OLD], []],
  ['Revert "Greet (#12)" (#13)\n\nReverts acme/widget#12', [], [12]],
  ["Revert\n\nReverts #12", [], [12]],
  ["Revert\n\nReverts Acme/Widget#12", [], [12]],
])("%j", (message, commits, pulls) => {
  expect(read(message)).toEqual([{ by: BY, commits, pulls }]);
});

test.each([
  "Greet",
  "Reverts other/widget#12",
  `see: This reverts commit ${OLD}`,
  "This reverts commit abc123.",
  "Reverts the greeting",
])("%j reverts nothing here", (message) => {
  expect(read(message)).toEqual([]);
});

test("no message makes it slow, and no push makes it many", () => {
  expect(read(`${"This reverts commit ".repeat(100_000)}\nThis reverts commit ${OLD}`)).toEqual([]);
  const commits = Array.from({ length: 2048 }, () => ({ id: BY, message: `This reverts commit ${OLD}.` }));
  expect(revertedBy(commits, "acme/widget").length).toBeLessThanOrEqual(50);
});
