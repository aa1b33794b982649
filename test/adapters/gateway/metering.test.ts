import { describe, expect, test } from "vitest";
import { FORMS } from "./forms.ts";
import { gatewayWorld, KEY } from "./gatewayWorld.ts";
import { brokenStream, json, sse, stream } from "./upstream.ts";

describe.each(Object.entries(FORMS))("in the form of %s", (form, example) => {
  const { tokens, costUsd } = example;

  test("a whole answer passes as it is and is counted as its provider counts it", async () => {
    const world = await gatewayWorld();
    world.upstream.answers(json(example.whole, 200, { "set-cookie": "a=b", "x-request-id": "r1" }));
    const answer = await world.post(example.path, example.request);
    expect(answer).toMatchObject({ status: 200, text: JSON.stringify(example.whole), isBroken: false });
    expect(answer.headers).toMatchObject({ "x-request-id": "r1" });
    expect(answer.headers).not.toHaveProperty("set-cookie");
    expect(world.calls).toMatchObject([{ ...tokens, costUsd, number: 1, status: 200, retries: 0, isEstimated: false }]);
    const { inputTokens, outputTokens } = tokens;
    expect(world.gateway.usage()).toEqual({ inputTokens, outputTokens, costUsd, turns: 1 });
    expect(world.gateway.trouble()).toBeNull();
  });

  test.each([1, 7, 100_000])("a stream in chunks of %i bytes does, too", async (bytes) => {
    const world = await gatewayWorld();
    world.upstream.answers(stream(example.events, bytes));
    const answer = await world.post(example.streamPath, example.streamRequest);
    expect(answer).toMatchObject({ status: 200, text: sse(example.events), isBroken: false });
    expect(world.calls).toMatchObject([{ ...tokens, costUsd, isEstimated: false }]);
  });

  test("a stream that breaks off is estimated from what was seen", async () => {
    const world = await gatewayWorld();
    const events = example.events.slice(0, form === "gemini" ? 1 : 4).filter((event) => typeof event === "object");
    world.upstream.answers(brokenStream(events));
    const answer = await world.post(example.streamPath, example.streamRequest);
    expect(answer).toMatchObject({ status: 200, text: sse(events), isBroken: true });
    const [call] = world.calls;
    expect(call).toMatchObject({ isEstimated: true, status: 200 });
    expect(call?.inputTokens).toBeGreaterThanOrEqual(4);
    expect(call?.outputTokens).toBeGreaterThanOrEqual(2);
    expect(world.gateway.trouble()).toMatchObject({ kind: "connection" });
    expect(world.upstream.asked).toHaveLength(1);
  });

  test("the agent's key is exchanged for the real one, and nothing else of it goes out", async () => {
    const world = await gatewayWorld();
    world.upstream.answers(json(example.whole));
    const { key } = world.gateway;
    const shown = {
      "x-api-key": "",
      authorization: `Bearer ${key}`,
      cookie: "c=1",
      "openai-organization": "o",
      "x-other": "1",
    };
    expect(await world.post(example.path, example.request, shown)).toMatchObject({ status: 200 });
    const [asked] = world.upstream.asked;
    expect(JSON.stringify(asked)).not.toContain(key);
    expect(asked?.headers).not.toHaveProperty("cookie");
    expect(asked?.headers).not.toHaveProperty("openai-organization");
    expect(asked?.headers).not.toHaveProperty("x-other");
    expect(asked?.headers["accept-encoding"]).toBe("identity");
    expect(JSON.stringify(asked?.headers)).toContain(KEY);
    expect(asked?.url.replace(/\?.*/, "")).toBe(example.path);
  });
});

test("Chat Completions are asked to say what a stream has used, and Gemini's array is read as well", async () => {
  const world = await gatewayWorld();
  const { openai_chat: chat, gemini } = FORMS;
  if (chat === undefined || gemini === undefined) throw new Error("no example");
  world.upstream.answers(stream(chat.events), json(gemini.events));
  await world.post(chat.path, { ...chat.streamRequest, stream_options: { extra: 1 } });
  expect(world.upstream.asked[0]?.body["stream_options"]).toEqual({ extra: 1, include_usage: true });
  await world.post("/v1beta/models/gemini-2.5-pro:streamGenerateContent", gemini.request);
  expect(world.calls[1]).toMatchObject({ ...gemini.tokens, isEstimated: false });
});

test("tokens are counted by the provider, for nothing", async () => {
  const world = await gatewayWorld({ grant: { turns: 1 } });
  world.upstream.answers(json({ input_tokens: 12 }));
  for (const path of ["/v1/messages/count_tokens", "/v1/messages/count_tokens"]) {
    expect(await world.post(path, { model: "claude-sonnet-4-5", messages: [] })).toMatchObject({
      text: '{"input_tokens":12}',
    });
  }
  expect(world.calls).toEqual([]);
  expect(world.gateway.usage().turns).toBe(0);
});

test("calls side by side each have a number and a line", async () => {
  const world = await gatewayWorld();
  const { anthropic } = FORMS;
  if (anthropic === undefined) throw new Error("no example");
  world.upstream.answers(stream(anthropic.events));
  await Promise.all(Array.from({ length: 20 }, async () => world.post("/v1/messages", anthropic.streamRequest)));
  expect(world.calls.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  expect(world.gateway.usage()).toMatchObject({ inputTokens: 20 * 3211, outputTokens: 20 * 42, turns: 20 });
});

test("who hangs up ends the call, which is recorded all the same", async () => {
  const world = await gatewayWorld();
  const { anthropic } = FORMS;
  if (anthropic === undefined) throw new Error("no example");
  const gone = Promise.withResolvers<void>();
  world.upstream.answers((response) => {
    response.on("close", () => gone.resolve());
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(sse(anthropic.events.slice(0, 4)));
  });
  await world.hangUp("/v1/messages", anthropic.streamRequest);
  await gone.promise;
  await world.gateway.close();
  expect(world.calls).toMatchObject([{ inputTokens: 3211, isEstimated: true }]);
});

test("bodies are kept only where the operator wants it", async () => {
  const { anthropic } = FORMS;
  if (anthropic === undefined) throw new Error("no example");
  const without = await gatewayWorld();
  without.upstream.answers(json(anthropic.whole));
  await without.post("/v1/messages", anthropic.request);
  expect(without.kept).toEqual([]);
  const world = await gatewayWorld({ policy: { keep_bodies: true } });
  world.upstream.answers(stream(anthropic.events));
  await world.post("/v1/messages", anthropic.streamRequest);
  expect(world.kept.map(({ direction, text }) => [direction, text])).toEqual([
    ["request", JSON.stringify(anthropic.streamRequest)],
    ["answer", sse(anthropic.events)],
  ]);
});
