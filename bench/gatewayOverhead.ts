import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "undici";
import type { Dispatcher } from "undici";
import { modelGateway } from "../src/adapters/gateway/modelGateway.ts";
import { modelSettings, NO_MODELS } from "../src/config/modelSettings.ts";
import type { AttemptId } from "../src/domain/ids.ts";
import { commandOf, inProcess, rounded } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { median } from "./quantile.ts";

const id = "gateway_overhead";
const rounds = 12;
const callsPerRound = 50;
const streamsPerRound = 2;
const chunks = 1000;
const mostCallMs = 3;
const mostChunkMs = 0.2;

/**
 * What a model call takes longer through the gateway than straight, whole and per chunk of a stream. The provider is a
 * process of its own; a stream's chunks come as fast as they are read, so that nothing is hidden behind waiting for them.
 */
export const gatewayOverhead: Bench = { id, run: measure };

async function measure(): Promise<Result> {
  const upstream = await inProcess("gatewayUpstream.ts", { chunks });
  const folder = await mkdtemp(join(tmpdir(), "autopack-bench-"));
  const url = `http://127.0.0.1:${(upstream.message as { port: number }).port}`;
  const settings = modelSettings(NO_MODELS, { ANTHROPIC_API_KEY: "a-key-for-the-bench", ANTHROPIC_BASE_URL: url });
  const gateway = modelGateway({ settings, clock: { now: () => new Date(), randomName: () => "" } });
  const open = await gateway.open({
    attemptId: "1-bench.1.1" as AttemptId,
    folder,
    models: [{ provider: "anthropic", model: "claude-sonnet-4-5" }],
    grant: { tokens: 1e12, cost_usd: 1e9, turns: 1e9 },
    signal: new AbortController().signal,
    meter: { admit: async () => null, record: async () => undefined, keep: async () => undefined },
  });
  const straight = new Client(url);
  const through = new Client("http://gateway", { socketPath: open.socketPath });
  try {
    return await compare({ straight: timesOf(straight, open.key), through: timesOf(through, open.key) });
  } finally {
    await Promise.all([straight.destroy(), through.destroy()]);
    await open.close();
    await gateway.close();
    await upstream.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Times {
  /** Milliseconds of a call. */
  call(): Promise<number>;
  /** Milliseconds of a chunk. */
  chunk(): Promise<number>;
}

async function compare(ways: { readonly straight: Times; readonly through: Times }): Promise<Result> {
  // The first round is for the compiler and the connections.
  await oneRound(ways);
  const times = [];
  for (let round = 0; round < rounds; round += 1) times.push(await oneRound(ways));
  const straightMs = median(times.map(({ straightCall }) => straightCall));
  const addedMs = median(times.map(({ straightCall, throughCall }) => throughCall - straightCall));
  const chunkMs = median(times.map(({ straightChunk, throughChunk }) => throughChunk - straightChunk));
  return {
    value: rounded(addedMs),
    unit: "ms added to a call",
    baseline: rounded(straightMs),
    ratio: rounded(addedMs / straightMs),
    bar: `≤ ${mostCallMs} ms a call, ≤ ${mostChunkMs} ms a streamed chunk`,
    ok: addedMs <= mostCallMs && chunkMs <= mostChunkMs,
    command: commandOf(id),
    detail: {
      addedToChunkMs: Math.round(chunkMs * 10_000) / 10_000,
      straightChunkMs: Math.round(median(times.map(({ straightChunk }) => straightChunk)) * 10_000) / 10_000,
      chunks,
      rounds,
      callsPerRound,
    },
  };
}

/** The two ways take turns. */
async function oneRound({ straight, through }: { readonly straight: Times; readonly through: Times }) {
  return {
    straightCall: await straight.call(),
    throughCall: await through.call(),
    straightChunk: await straight.chunk(),
    throughChunk: await through.chunk(),
  };
}

function timesOf(client: Client, key: string): Times {
  const headers = { "content-type": "application/json", "x-api-key": key };
  // As much as an agent says in the middle of its work.
  const messages = Array.from({ length: 40 }, (_, index) => ({
    role: index % 2 === 0 ? "user" : "assistant",
    content: "x".repeat(1000),
  }));
  const body = { model: "claude-sonnet-4-5", max_tokens: 1000, messages };
  const ask = async (stream: boolean): Promise<void> => {
    const request: Dispatcher.RequestOptions = { path: "/v1/messages", method: "POST", headers };
    const answer = await client.request({ ...request, body: JSON.stringify({ ...body, stream }) });
    if (answer.statusCode !== 200) throw new Error(`Asking a model: HTTP ${answer.statusCode}`);
    await answer.body.dump({ limit: 1e9 });
  };
  const timed = async (times: number, stream: boolean): Promise<number> => {
    const startedAt = performance.now();
    for (let time = 0; time < times; time += 1) await ask(stream);
    return performance.now() - startedAt;
  };
  return {
    call: async () => (await timed(callsPerRound, false)) / callsPerRound,
    chunk: async () => (await timed(streamsPerRound, true)) / streamsPerRound / chunks,
  };
}
