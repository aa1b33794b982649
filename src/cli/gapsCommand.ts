import { Command } from "commander";
import { listGaps } from "../store/gaps.ts";
import type { GapEnd, ListedGap } from "../store/gaps.ts";
import { withRunsDatabase } from "./runsDatabase.ts";

const ENDS: Readonly<Record<GapEnd, string>> = {
  redelivery: "GitHub sent it again",
  state_sweep: "found in what GitHub shows",
  given_up: "GIVEN UP",
};

/** Lists the webhooks that did not come, and what became of each. */
export function gapsCommand(): Command {
  return new Command("gaps")
    .description("list the webhooks that did not come, and what became of each; there should be none")
    .option("--json", "print them as JSON")
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      await withRunsDatabase(async ({ knex }) => {
        const gaps = await listGaps(knex);
        process.stdout.write(json ? `${JSON.stringify(gaps, null, 2)}\n` : said(gaps));
      });
    });
}

function said(gaps: readonly ListedGap[]): string {
  if (gaps.length === 0) return "no webhook is missing\n";
  const open = gaps.filter(({ closedAt }) => closedAt === null).length;
  const lost = gaps.filter(({ closedBy }) => closedBy === "given_up").length;
  return `${gaps.map(gapLine).join("")}${gaps.length} missed: ${open} open, ${lost} given up\n`;
}

function gapLine(gap: ListedGap): string {
  const { guid, event, action, repositoryId, deliveredAt, closedBy } = gap;
  const mark = closedBy === null ? "!" : closedBy === "given_up" ? "✗" : "✓";
  const what = action === null ? event : `${event}.${action}`;
  const where = repositoryId === null ? "" : `, repository ${repositoryId}`;
  return `${mark} ${deliveredAt.toISOString()} ${what}${where}: ${endOf(gap)} (${guid})\n`;
}

function endOf({ closedBy, attempts, requestedAt }: ListedGap): string {
  if (closedBy !== null) return ENDS[closedBy];
  if (requestedAt === null) return "open";
  return `open, asked for ${attempts} ${attempts === 1 ? "time" : "times"}, last ${requestedAt.toISOString()}`;
}
