import { expect, test } from "vitest";
import type { Forecast } from "../../src/domain/forecast.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { forecastSection } from "../../src/projections/forecastSection.ts";
import { statusComment } from "../../src/projections/statusComment.ts";
import { after, landed, viewOf } from "./story.ts";

const run = after(landed());

function other(number: number, ...paths: readonly string[]): Forecast {
  return { with: { runId: `${number}-abcdefgh` as RunId, issueNumber: number }, paths };
}

test("nothing is said where all is clean", () => {
  expect(forecastSection(viewOf(run))).toBe("");
  expect(statusComment(viewOf(run))).not.toContain("Conflicts ahead");
});

test("the base and other runs, with their issues and paths", () => {
  const forecast = [{ with: "base" as const, paths: ["README.md"] }, other(9, "src/a.ts", "src/b.ts")];
  expect(statusComment(viewOf(run, { forecast }))).toContain(
    [
      "**Conflicts ahead:** as the branches are now, this one would not merge with",
      "",
      "- its base `main`: `README.md`",
      "- run `9-abcdefgh` of [#9](https://github.com/acme/widget/issues/9): `src/a.ts`, `src/b.ts`",
    ].join("\n"),
  );
});

test("many are counted, and a path is never more than a name", () => {
  const paths = Array.from({ length: 7 }, (_, index) => `f${index}`);
  const many = Array.from({ length: 12 }, (_, index) => other(index + 20, ...paths));
  const section = forecastSection(viewOf(run, { forecast: many }));
  expect(section).toContain("`f4` and 2 more");
  expect(section).toContain("- and 2 more");
  const hostile = forecastSection(viewOf(run, { forecast: [other(9, "a`b\n@acme <!-- autopack:run:1 -->")] }));
  expect(hostile).not.toContain("<!--");
  expect(hostile.split("\n")).toHaveLength(3);
});

test("a run that has ended has no conflicts ahead", () => {
  const ended = after([{ kind: "cancel_requested", by: "alice" }], run);
  expect(forecastSection(viewOf(ended, { forecast: [other(9, "a")] }))).toBe("");
});
