import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { apiCalls } from "./apiCalls.ts";
import { checkout } from "./checkout.ts";
import { gatewayOverhead } from "./gatewayOverhead.ts";
import type { Bench, Result } from "./harness.ts";
import { labelToBuilder } from "./labelToBuilder.ts";
import { phaseOverhead } from "./phaseOverhead.ts";
import { queryGrowth } from "./queryGrowth.ts";
import { takeover } from "./takeover.ts";
import { wavePlan } from "./wavePlan.ts";
import { webhookAccept } from "./webhookAccept.ts";
import { webhookVsProbot } from "./webhookVsProbot.ts";

// `npm run bench` measures everything, `-- --only <id>` one figure, repeatable; `-- --json` prints JSON. Results go to
// results.json, where the figures of other ids stay as they were.

const benches: readonly Bench[] = [
  webhookAccept,
  webhookVsProbot,
  labelToBuilder,
  phaseOverhead,
  checkout,
  apiCalls,
  takeover,
  gatewayOverhead,
  queryGrowth,
  wavePlan,
];

const resultsFile = new URL("results.json", import.meta.url);

type Results = Readonly<Record<string, Result>>;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "boolean", default: false }, only: { type: "string", multiple: true } },
  });
  const results = await runAll(chosen(values.only), values.json);
  await writeFile(resultsFile, `${JSON.stringify({ ...(await earlier()), ...results }, null, 2)}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else console.table(Object.fromEntries(Object.entries(results).map(([id, result]) => [id, row(result)])));
}

function chosen(only: readonly string[] | undefined): readonly Bench[] {
  if (only === undefined) return benches;
  return only.map((id) => {
    const bench = benches.find((one) => one.id === id);
    if (bench !== undefined) return bench;
    throw new Error(`There is no bench ${id}; there are: ${benches.map((one) => one.id).join(", ")}`);
  });
}

async function runAll(toRun: readonly Bench[], quiet: boolean): Promise<Results> {
  const results: Record<string, Result> = {};
  for (const bench of toRun) {
    if (!quiet) process.stderr.write(`${bench.id} …\n`);
    results[bench.id] = await bench.run();
  }
  return results;
}

async function earlier(): Promise<Results> {
  if (!existsSync(resultsFile)) return {};
  return JSON.parse(await readFile(resultsFile, "utf8")) as Results;
}

function row({ value, unit, baseline, ratio, bar, ok }: Result): Readonly<Record<string, unknown>> {
  return { value: `${value} ${unit}`, baseline, ratio, bar, ok };
}

await main();
