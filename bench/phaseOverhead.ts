import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { commandOf, rounded, withDatabase } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { openLiveWorld } from "./liveWorld.ts";
import type { LiveWorld } from "./liveWorld.ts";
import { median } from "./quantile.ts";

const id = "phase_overhead";
const rounds = 20;
const mostRatio = 1.5;
const mostOwnMs = 1000;

/** What every agent does at least: start a Node, edit one file. */
const AGENT = `node -e 'require("fs").appendFileSync("src/greet.js", "export const name = 1;\\n")'`;

const CONFIG = { agents: { builder: { backend: "command", command: AGENT } }, audit: { required: false } };

/**
 * One phase from the start of its attempt until its commit is on the branch and read back, against the same git commands
 * and the same agent run bare by a shell script. The two take turns.
 */
export const phaseOverhead: Bench = { id, run: async () => withDatabase(measure) };

async function measure(adminUrl: string): Promise<Result> {
  await using world = await openLiveWorld(adminUrl);
  await using bare = await openBare(world);
  await world.configure(CONFIG);
  await world.idle();
  // The first ones make the mirrors and fetch the installation's token.
  await autopackPhase(world);
  await bare.phase();
  const ours: Phase[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await autopackPhase(world));
    theirs.push(await bare.phase());
    await world.idle();
  }
  return toResult(ours, theirs);
}

function toResult(ours: readonly Phase[], theirs: readonly number[]): Result {
  const value = median(ours.map(({ ms }) => ms));
  const baseline = median(theirs);
  const ratio = value / baseline;
  const ownMs = value - baseline;
  return {
    value: Math.round(value),
    unit: "ms",
    baseline: Math.round(baseline),
    ratio: rounded(ratio),
    bar: `ratio ≤ ${mostRatio}, and ≤ ${mostOwnMs} ms of Autopack's own`,
    ok: ratio <= mostRatio && ownMs <= mostOwnMs,
    command: commandOf(id),
    detail: {
      ownMs: Math.round(ownMs),
      rounds,
      leastMs: Math.round(Math.min(...ours.map(({ ms }) => ms))),
      baselineLeastMs: Math.round(Math.min(...theirs)),
      builtMs: Math.round(median(ours.map(({ builtMs }) => builtMs))),
      checkedMs: Math.round(median(ours.map(({ checkedMs }) => checkedMs))),
      baselineBy: "bench/barePhase.sh",
    },
  };
}

/** Since the start of the attempt. */
interface Phase {
  readonly builtMs: number;
  readonly checkedMs: number;
  readonly ms: number;
}

async function autopackPhase(world: LiveWorld): Promise<Phase> {
  const { issue } = await world.label({ title: "Name the world" });
  await world.idle();
  const at = await world.eventTimes(issue);
  const startedAt = timeOf(at, "attempt_started");
  return {
    builtMs: timeOf(at, "phase_built") - startedAt,
    checkedMs: timeOf(at, "checks_passed") - startedAt,
    ms: timeOf(at, "phase_integrated") - startedAt,
  };
}

function timeOf(times: ReadonlyMap<string, number>, kind: string): number {
  const at = times.get(kind);
  if (at === undefined) throw new Error(`the run has no ${kind} in its history: ${[...times.keys()].join(", ")}`);
  return at;
}

interface Bare extends AsyncDisposable {
  /** Runs the script once and gives its milliseconds. */
  phase(): Promise<number>;
}

async function openBare({ github }: LiveWorld): Promise<Bare> {
  const dir = await mkdtemp(join(tmpdir(), "autopack-bench-bare-"));
  const basic = Buffer.from(`x-access-token:${github.asUser("mona")}`).toString("base64");
  const settings = {
    "user.name": "Mona",
    "user.email": "mona@example.com",
    [`http.${github.origin}/.extraHeader`]: `Authorization: Basic ${basic}`,
  };
  let phases = 0;
  return {
    async phase() {
      phases += 1;
      const startedAt = performance.now();
      await execa("sh", [join(import.meta.dirname, "barePhase.sh")], {
        env: {
          ...gitSettings(settings),
          URL: `${github.origin}/acme/widget.git`,
          MIRROR: join(dir, "mirror.git"),
          BRANCH: `bare/${phases}`,
          AGENT,
        },
      });
      return performance.now() - startedAt;
    },
    [Symbol.asyncDispose]: async () => rm(dir, { recursive: true, force: true }),
  };
}

/** Nothing of the machine's or its user's, and these. */
function gitSettings(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = Object.entries(settings).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_COUNT: String(pairs.length / 2),
    ...Object.fromEntries(pairs),
  };
}
