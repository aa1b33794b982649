import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  holdLabels,
  isDisabled,
  isHeldBy,
  labelMeaning,
  startLabels,
  startLabelsAmong,
  stateLabels,
  wishesOf,
} from "../../src/commands/labels.ts";
import { NO_WISHES } from "../../src/domain/wishes.ts";

test.each([
  ["autopack", { kind: "start", name: "autopack" }],
  ["Autopack:Dry-Run", { kind: "start", name: "autopack:dry-run" }],
  ["autopack:hold", { kind: "hold", name: "autopack:hold" }],
  ["autopack:disabled", { kind: "hold", name: "autopack:disabled" }],
  ["AUTOPACK:DONE", { kind: "state", name: "autopack:done" }],
  ["autopack ", null],
  ["autopack:", null],
  ["bug", null],
])("%j means %j", (name, meaning) => {
  expect(labelMeaning(name)).toEqual(meaning);
});

describe("start labels together", () => {
  test.each([
    [["bug"], null],
    [["autopack", "bug"], NO_WISHES],
    [["autopack:strict"], { ...NO_WISHES, strict: true }],
    [["autopack:spec"], { ...NO_WISHES, form: "spec" }],
    [["autopack:strict", "autopack:dry-run", "autopack"], { ...NO_WISHES, form: "dry_run", strict: true }],
    [["autopack:spec", "AUTOPACK:dry-run"], { ...NO_WISHES, form: "dry_run" }],
  ])("%j", (names, wishes) => {
    expect(wishesOf(names)).toEqual(wishes);
    expect(wishesOf(names.toReversed())).toEqual(wishes);
  });

  test("are told from others", () => {
    expect(startLabelsAmong(["bug", "Autopack", "autopack:running", "autopack:spec"])).toEqual([
      "autopack",
      "autopack:spec",
    ]);
  });
});

test("what keeps runs off, in any case", () => {
  expect([isDisabled(["Autopack:Disabled"]), isHeldBy(["Autopack:Disabled"])]).toEqual([true, true]);
  expect([isDisabled(["autopack:hold"]), isHeldBy(["autopack:hold"])]).toEqual([false, true]);
  expect([isDisabled(["autopack", "bug"]), isHeldBy(["autopack", "bug"])]).toEqual([false, false]);
});

test("the documentation names every label", () => {
  const page = readFileSync(new URL("../../docs/labels.md", import.meta.url), "utf8");
  const all = [startLabels, holdLabels, stateLabels].flatMap((labels) => Object.values(labels));
  expect(all.filter(({ name }) => !page.includes(`| \`${name}\``))).toEqual([]);
});
