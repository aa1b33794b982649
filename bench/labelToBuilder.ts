import { z } from "zod";
import { commandOf, withDatabase } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { openLiveWorld } from "./liveWorld.ts";
import type { LiveWorld } from "./liveWorld.ts";
import { median, quantile } from "./quantile.ts";

const id = "label_to_builder";
const samplesWanted = 20;
const medianBelowMs = 1000;
const p99BelowMs = 2000;

/** A Builder whose first act is to look at the clock. It changes nothing, so that its run ends there. */
const CONFIG = {
  agents: {
    builder: { backend: "command", command: `printf '{"summary":"%s"}' "$(date +%s%3N)" > "$AUTOPACK_RESULT"` },
  },
  audit: { required: false },
};

/** From the label's API call to the Builder's first act in its sandbox, on a system that has nothing else to do. */
export const labelToBuilder: Bench = { id, run: async () => withDatabase(measure) };

async function measure(adminUrl: string): Promise<Result> {
  await using world = await openLiveWorld(adminUrl);
  await world.configure(CONFIG);
  await world.idle();
  // The first run makes the mirror and fetches the installation's token.
  await sample(world);
  const samples: Sample[] = [];
  while (samples.length < samplesWanted) samples.push(await sample(world));
  const times = samples.map(({ ms }) => ms);
  const value = median(times);
  const p99 = quantile(times, 0.99);
  return {
    value: Math.round(value),
    unit: "ms",
    baseline: null,
    ratio: null,
    bar: `median < ${medianBelowMs} ms, p99 < ${p99BelowMs} ms`,
    ok: value < medianBelowMs && p99 < p99BelowMs,
    command: commandOf(id),
    detail: {
      p99Ms: p99,
      samples: times.length,
      roundTrips: median(samples.map(({ calls }) => calls.length)),
      roundTripsOfOne: samples[0]?.calls ?? [],
    },
  };
}

interface Sample {
  readonly ms: number;
  /** What Autopack asked of GitHub meanwhile. */
  readonly calls: readonly string[];
}

const unchanged = z.object({ summary: z.coerce.number() });

async function sample(world: LiveWorld): Promise<Sample> {
  world.github.calls.reset();
  const { issue, at } = await world.label({ title: "Do nothing, soon" });
  await world.idle();
  const event = await world
    .db("events")
    .join("runs", "runs.id", "events.run_id")
    .where({ issue_number: issue, kind: "phase_unchanged" })
    .first("payload");
  const startedAt = unchanged.parse(event?.payload).summary;
  const calls = world.github.calls().filter((call) => call.at >= at && call.at <= startedAt);
  return { ms: startedAt - at, calls: calls.map(({ kind, method, path }) => `${kind} ${method} ${path}`) };
}
