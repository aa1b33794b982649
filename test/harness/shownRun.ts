import { readRunFacts } from "../../src/cli/runsFacts.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { runReport } from "../../src/projections/runReport.ts";
import { noPaint } from "../../src/projections/runReportTable.ts";
import { runReportText } from "../../src/projections/runReportText.ts";
import type { World } from "./world.ts";

/** What `autopack runs show` prints of a run. */
export async function shownRun(world: World, id: RunId): Promise<string> {
  const facts = await readRunFacts(world.store.knex, id, { events: false });
  return runReportText(runReport(facts), noPaint).join("\n");
}
