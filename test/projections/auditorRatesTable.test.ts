import { expect, test } from "vitest";
import { ratesOf } from "../../src/domain/auditMeasure/auditRates.ts";
import { auditorRatesTable } from "../../src/projections/auditorRatesTable.ts";
import { noPaint } from "../../src/projections/runReportTable.ts";

test("Auditors with their rates, and the intervals", () => {
  const good = ratesOf({ seeded: 20, caught: 18, controls: 10, falseAlarms: 1, notJudged: 2 });
  const never = ratesOf({ seeded: 0, caught: 0, controls: 0, falseAlarms: 0, notJudged: 3 });
  const lines = auditorRatesTable(
    [
      { backend: "codex", model: "openai/gpt-5", measures: 1, costMicros: 1_250_000, ...good },
      { backend: "command", model: "", measures: 1, costMicros: 0, ...never },
    ],
    noPaint,
  );
  expect(lines).toEqual(
    [
      "AGENT    MODEL         CAUGHT                          FALSE ALARMS                  NO VERDICT   COST",
      "codex    openai/gpt-5  90 % (70 % to 97 %), 18 of 20  10 % (2 % to 40 %), 1 of 10           2  $1.25",
      "command  –             –                               –                                      3  $0.00",
    ].map(
      (line) =>
        expect.stringMatching(
          new RegExp(line.replaceAll(/[ ]+/g, " +").replaceAll(/[()$]/g, String.raw`\$&`)),
        ) as string,
    ),
  );
});

test("nothing was measured", () => {
  expect(auditorRatesTable([], noPaint)).toEqual([
    "No Auditor was measured yet: `autopack audit measure --repo <owner/name>`.",
  ]);
});
