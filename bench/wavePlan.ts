import type { Impact } from "../src/domain/waves/impact.ts";
import { planWaves } from "../src/domain/waves/planWaves.ts";
import type { WavePhase } from "../src/domain/waves/wave.ts";
import { commandOf, rounded } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { median } from "./quantile.ts";

const id = "wave_plan";
const rounds = 7;
const maxParallel = 3;
const [small, large] = [1000, 10_000];
const mostTimes = 15;
const mostMs = 2000;

/** Waves of 10,000 phases against 1,000 of the same kind, and as the worst: phases whose globs nearly all meet. The sizes take turns. */
export const wavePlan: Bench = { id, run: measure };

async function measure(): Promise<Result> {
  const usual = compare(usualImpacts);
  const worst = compare(meetingImpacts);
  return {
    value: rounded(usual.largeMs),
    unit: "ms",
    baseline: rounded(usual.smallMs),
    ratio: rounded(usual.ratio),
    bar: `ratio ≤ ${mostTimes}, < ${mostMs} ms, with globs that meet too`,
    ok: usual.ratio <= mostTimes && Math.max(usual.largeMs, worst.largeMs) < mostMs,
    command: commandOf(id),
    detail: {
      phases: large,
      waves: usual.waves,
      meetingGlobsMs: rounded(worst.largeMs),
      meetingGlobsRatio: rounded(worst.ratio),
      meetingGlobsWaves: worst.waves,
      rounds,
    },
  };
}

type Impacts = (ordinal: number, random: () => number, count: number) => readonly Impact[];

function compare(impacts: Impacts) {
  const few = phasesOf(small, impacts);
  const many = phasesOf(large, impacts);
  // As many phases on both sides of the comparison, so that collecting the garbage counts on both.
  const timeFew = () => timed(few, large / small);
  // The first round is for the compiler.
  timeFew();
  const times = Array.from({ length: rounds }, () => ({ few: timeFew(), many: timed(many, 1) }));
  const smallMs = median(times.map((time) => time.few));
  const largeMs = median(times.map((time) => time.many));
  return { smallMs, largeMs, ratio: largeMs / smallMs, waves: planWaves(many, maxParallel).length };
}

/** Milliseconds of one planning, over so many in a row. */
function timed(phases: readonly WavePhase[], times: number): number {
  const startedAt = performance.now();
  for (let round = 0; round < times; round += 1) planWaves(phases, maxParallel);
  return (performance.now() - startedAt) / times;
}

/** Five tiers; two of five phases wait for one a little before them. */
function phasesOf(count: number, impacts: Impacts): readonly WavePhase[] {
  const random = sequence(7);
  return Array.from({ length: count }, (_, index) => {
    const waitsFor = index - Math.floor(random() * 50);
    return {
      ordinal: index + 1,
      tier: 1 + Math.floor((index * 5) / count),
      dependsOn: random() < 0.4 && waitsFor > 0 ? [waitsFor] : [],
      impacts: impacts(index + 1, random, count),
      priority: ([0, 1, 2] as const)[index % 3] ?? 2,
    };
  });
}

/** Three files of a module, at times its styles, seldom the README; one of a hundred declares nothing. */
function usualImpacts(_: number, random: () => number, count: number): readonly Impact[] {
  if (random() < 0.01) return [];
  const module = `src/m${Math.floor((random() * count) / 4)}`;
  const paths = Array.from({ length: 3 }, () => `${module}/f${Math.floor(random() * 20)}.ts`);
  if (random() < 0.2) paths.push(`${module}/**/*.css`);
  if (random() < 0.05) paths.push("README.md");
  return paths.map(update);
}

/** Globs of its own for each phase, that have paths in common with everybody's. */
function meetingImpacts(ordinal: number): readonly Impact[] {
  return [update(`src/**/x${ordinal}_*`), update(`**/{a,b}/**/y${ordinal}*.ts`)];
}

function update(path: string): Impact {
  return { path, operation: "update", source: "declared", confidence: 1 };
}

/** The same numbers from 0 to 1 at every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
