import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Exchange } from "../github/traffic.ts";
import { readDescription } from "./description.ts";
import { graphqlJudge } from "./graphqlJudge.ts";
import { openPackages } from "./packages.ts";
import { restJudge } from "./validator.ts";
import type { Violation } from "./validator.ts";

/** One kind of request, over all that were sent. */
interface Line {
  calls: number;
  readonly statuses: Set<number>;
  /** By what is wrong, with an example. */
  readonly violations: Map<string, Violation>;
}

const HELP = `npm run test:openapi [-- <files of tests>]

Runs the scenarios (all of test/scenarios unless told) and holds every request that the app sent to the stand-in, and every
answer of the stand-in's, against GitHub's own OpenAPI description and GraphQL schema. Exit code 1 when one does not fit.`;

/** Where the app asks for less than everything, its answers are still whole: each exchange is judged by itself. */
async function main(files: readonly string[]): Promise<boolean> {
  const packages = await openPackages();
  const exchanges = await trafficOf(files.length === 0 ? ["test/scenarios"] : files);
  const rest = restJudge(await readDescription(packages), packages);
  const graphql = await graphqlJudge(packages);
  const lines = new Map<string, Line>();
  for (const exchange of exchanges) {
    const { endpoint, violations } = exchange.path === "/graphql" ? graphql(exchange) : rest(exchange);
    const line = lines.get(endpoint) ?? { calls: 0, statuses: new Set(), violations: new Map() };
    line.calls += 1;
    line.statuses.add(exchange.status);
    for (const violation of violations) line.violations.set(nameOf(violation), violation);
    lines.set(endpoint, line);
  }
  print(lines);
  if (exchanges.length === 0) console.error("No request was seen: did the scenarios run?");
  return exchanges.length > 0 && [...lines.values()].every(({ violations }) => violations.size === 0);
}

/** What the app asked while the tests ran. The people of the tests are somebody else's program. */
async function trafficOf(files: readonly string[]): Promise<readonly Exchange[]> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-openapi-"));
  const path = join(folder, "traffic.ndjson");
  try {
    const vitest = join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs");
    const tests = spawn(process.execPath, [vitest, "run", "--reporter=dot", ...files], {
      env: { ...process.env, STANDIN_TRAFFIC: path },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const [code]: unknown[] = await once(tests, "exit");
    if (code !== 0) console.error("Some of the scenarios failed; what they asked until then is judged all the same.");
    const text = await readFile(path, "utf8").catch(() => "");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stand-in wrote them just now
    const all = text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Exchange]));
    return all.filter(({ actor }) => actor === "app" || actor.endsWith("[bot]"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same mistake in the tenth item of a list is the same mistake. */
function nameOf({ side, at, message }: Violation): string {
  return `${side} ${at.replaceAll(/\/\d+(?=\/|$)/g, "/*")} ${message}`;
}

function print(lines: ReadonlyMap<string, Line>): void {
  const sorted = [...lines].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [endpoint, { calls, statuses, violations }] of sorted) {
    const seen = `${calls} ×, ${[...statuses].toSorted((a, b) => a - b).join(" ")}`;
    console.log(`${violations.size === 0 ? "ok " : "NOT"}  ${endpoint}  (${seen})`);
    for (const name of violations.keys()) console.log(`       ${name}`);
  }
  const wrong = sorted.filter(([, { violations }]) => violations.size > 0).length;
  console.log(`\n${sorted.length} kinds of requests, ${wrong} with something wrong`);
}

const args = process.argv.slice(2);
if (args.includes("--help")) console.log(HELP);
else process.exitCode = (await main(args)) ? 0 : 1;
