import { expect, test } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import { runReport } from "../../src/projections/runReport.ts";
import { runList } from "../../src/projections/runReportList.ts";
import { goingOn } from "../../src/projections/runReportHold.ts";
import { ansiPaint, noPaint } from "../../src/projections/runReportTable.ts";
import { runReportText } from "../../src/projections/runReportText.ts";
import { buildingRun, factsOf, ID, sha } from "./runReportFixture.ts";

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

test("a run under way, as text and as JSON", async () => {
  const report = runReport(factsOf(buildingRun()));
  const shown = text(runReportText(report, noPaint));
  await expect(shown).toMatchFileSnapshot("../../fixtures/cli/runs-show.txt");
  await expect(`${JSON.stringify(report, null, 2)}\n`).toMatchFileSnapshot("../../fixtures/cli/runs-show-json.txt");
});

test("a run of which nothing is known yet", async () => {
  const run = buildingRun({
    state: { kind: "queued" },
    base: null,
    head: null,
    pull: null,
    strategy: null,
    quote: null,
    hold: null,
    tiers: [],
    phases: [],
    gates: [],
  });
  const facts = factsOf(run, {
    spend: [],
    attemptTimes: [],
    waves: [],
    failures: [],
    checkpoints: [],
    apiCalls: { calls: 0, conditional: 0 },
    events: null,
  });
  await expect(text(runReportText(runReport(facts), noPaint))).toMatchFileSnapshot(
    "../../fixtures/cli/runs-show-queued.txt",
  );
  expect(runReport(facts)).not.toHaveProperty("events");
});

test("nothing that people or agents wrote reaches the terminal but letters", () => {
  const shown = text(runReportText(runReport(factsOf(buildingRun())), noPaint));
  expect(shown).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

test("colours change nothing but colours", () => {
  const report = runReport(factsOf(buildingRun()));
  const painted = text(runReportText(report, ansiPaint));
  expect(painted).toContain("\u001B[");
  expect(painted.replaceAll(new RegExp(String.raw`\u001B\[\d+m`, "g"), "")).toBe(text(runReportText(report, noPaint)));
});

test("a list has fixed columns, whatever stands in them", async () => {
  const entry = { repository: "acme/widget", reason: null, held: false, updatedAt: new Date("2026-01-02T08:30:59Z") };
  const runs = [
    {
      ...entry,
      id: ID,
      issueNumber: 42,
      title: "Greet by name",
      state: "building",
      held: true,
      phases: 5,
      phasesEnded: 2,
    },
    {
      ...entry,
      id: "7-abcdefgh",
      issueNumber: 7,
      title: "名前で挨拶 🎉",
      state: "promoted",
      phases: 12,
      phasesEnded: 12,
    },
    {
      ...entry,
      id: "8-abcdefgh",
      issueNumber: 8,
      title: "x",
      state: "failed",
      reason: "environment",
      phases: 0,
      phasesEnded: 0,
    },
  ];
  await expect(text(runList(runs, noPaint))).toMatchFileSnapshot("../../fixtures/cli/runs-list.txt");
});

const person: Run["hold"] = { kind: "person", how: "hold", by: "mona", reason: "wait" };
function shortOf(level: "day" | "issue" | "phase", measure: "tokens" | "findings"): Run["hold"] {
  return { kind: "budget", phaseId: null, shortage: { level, measure, cap: 1, spent: 1, missing: 1 } };
}

test.each<[string, Partial<Run>, string | null]>([
  ["a run at work", { hold: null }, null],
  ["a run that was cancelled", { state: { kind: "cancelled", by: "bob", why: "command" }, hold: person }, null],
  ["a run held by a person", { hold: person }, `autopack runs resume ${ID}`],
  ["a phase out of tokens", { hold: shortOf("phase", "tokens") }, `autopack runs resume ${ID} --tokens 1`],
  [
    "a day's cap",
    { hold: shortOf("day", "tokens") },
    `autopack runs resume ${ID}, tomorrow (UTC), or after the cap of a day was raised`,
  ],
  ["a branch that is being moved", { rollback: { from: sha("b"), to: sha("a"), by: "x" } }, null],
  [
    "a failed run",
    { hold: null, state: { kind: "failed", reason: "phases_failed", message: "no", problems: [] } },
    `autopack runs retry ${ID}`,
  ],
])("what it takes to go on: %s", (_, changes, expected) => {
  expect(goingOn(buildingRun(changes))).toBe(expected);
});
