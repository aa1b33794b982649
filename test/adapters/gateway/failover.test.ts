import { describe, expect, test } from "vitest";
import { gatewayWorld, KEY, SONNET } from "./gatewayWorld.ts";
import { json } from "./upstream.ts";

const SECOND = { provider: "second", model: "claude-haiku-4-5" } as const;
const MESSAGE = { model: "claude-sonnet-4-5", max_tokens: 10, messages: [{ role: "user", content: "hi" }] };
const fine = json({ type: "message", usage: { input_tokens: 5, output_tokens: 5 } });
const error = (status: number, headers = {}) =>
  json({ type: "error", error: { type: "x", message: `no: ${KEY}` } }, status, headers);
const hangUp = (response: { destroy(): unknown }) => response.destroy();

describe("a provider that is limited or fails", () => {
  test.each([429, 500, 502, 503, 504, 529])(
    "with %i is asked again, outside of the agent's time and turns",
    async (status) => {
      const world = await gatewayWorld();
      world.upstream.answers(error(status, { "retry-after": "7" }), error(status, { "retry-after-ms": "500" }), fine);
      expect(await world.post("/v1/messages", MESSAGE)).toMatchObject({ status: 200 });
      expect(world.pauses).toEqual([7000, 500]);
      expect(world.gateway.waitedMs()).toBe(7500);
      expect(world.calls).toMatchObject([{ status: 200, retries: 2 }]);
      expect(world.gateway.usage().turns).toBe(1);
      expect(world.gateway.trouble()).toBeNull();
    },
  );

  test("without an answer, too, with waits that grow", async () => {
    const world = await gatewayWorld();
    world.upstream.answers(hangUp, hangUp, hangUp, fine);
    expect(await world.post("/v1/messages", MESSAGE)).toMatchObject({ status: 200 });
    expect(world.pauses).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = world.pauses;
    expect(first).toBeGreaterThanOrEqual(750);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
  });

  test("for longer than may be waited is an error that no agent tries again", async () => {
    const world = await gatewayWorld({ models: [SONNET], policy: { max_wait_seconds: 20 } });
    world.upstream.answers(error(429, { "retry-after": "15" }));
    const answer = await world.post("/v1/messages", MESSAGE);
    expect(answer).toMatchObject({ status: 400, headers: { "x-should-retry": "false" } });
    expect(answer.text).toContain("limited by its provider (HTTP 429)");
    expect(world.pauses).toEqual([15_000]);
    expect(world.gateway.trouble()).toMatchObject({ kind: "rate_limit", retryAfterSeconds: 15 });
    expect(world.calls).toMatchObject([{ status: 400, retries: 1, inputTokens: 0, costUsd: 0 }]);
    expect(world.gateway.usage().turns).toBe(0);
  });

  test("is not waited for when it asks for more than that, or for money", async () => {
    const world = await gatewayWorld();
    world.upstream.answers(error(429, { "retry-after": "3600" }));
    await world.post("/v1/messages", MESSAGE);
    expect(world.gateway.trouble()).toMatchObject({ kind: "rate_limit", retryAfterSeconds: 3600 });
    world.upstream.answers(json({ error: { code: "insufficient_quota" } }, 429));
    await world.post("/v1/responses", { model: "gpt-5", input: "hi" });
    expect(world.gateway.trouble()).toMatchObject({ kind: "provider", message: expect.stringContaining("no money") });
    expect(world.pauses).toEqual([]);
  });

  test("and asks for no wait at all is not asked for ever", async () => {
    const world = await gatewayWorld({ models: [SONNET], policy: { max_wait_seconds: 10 } });
    world.upstream.answers(error(429, { "retry-after": "0" }));
    expect(await world.post("/v1/messages", MESSAGE)).toMatchObject({ status: 400 });
    expect(world.upstream.asked.length).toBeLessThan(12);
  });

  test("says in Gemini's body how long to wait", async () => {
    const world = await gatewayWorld();
    const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "12s" }];
    world.upstream.answers(json({ error: { code: 429, details } }, 429), fine);
    await world.post("/v1beta/models/gemini-2.5-pro:generateContent", { contents: [] });
    expect(world.pauses).toEqual([12_000]);
  });
});

describe("the next model", () => {
  const models = [SONNET, { provider: "openai", model: "gpt-5" }, SECOND] as const;

  test("of the same form answers when the first does not, under its own name and price", async () => {
    const world = await gatewayWorld({ models });
    world.upstream.answers(error(529, { "retry-after": "100" }));
    world.second.answers(fine);
    expect(await world.post("/v1/messages", MESSAGE)).toMatchObject({ status: 200 });
    expect(world.second.asked).toMatchObject([
      { url: "/v1/messages", headers: { "x-api-key": `${KEY}-2` }, body: { model: SECOND.model } },
    ]);
    expect(world.calls).toMatchObject([{ answered: SECOND, retries: 1, costUsd: 0.00003 }]);
  });

  test("is asked first from then on, for a while", async () => {
    const world = await gatewayWorld({ models });
    world.upstream.answers(error(500));
    world.second.answers(fine, fine, error(500, { "retry-after": "100" }));
    await world.post("/v1/messages", MESSAGE);
    const { length } = world.upstream.asked;
    await world.post("/v1/messages", MESSAGE);
    expect(world.upstream.asked).toHaveLength(length);
    world.upstream.answers(fine);
    expect(await world.post("/v1/messages", MESSAGE)).toMatchObject({ status: 200 });
    expect(world.calls.map(({ answered }) => answered.provider)).toEqual(["second", "second", "anthropic"]);
  });

  test("is asked when the first refuses the key, which nobody gets to see", async () => {
    const world = await gatewayWorld({ models: [SONNET] });
    world.upstream.answers(error(401));
    const answer = await world.post("/v1/messages", MESSAGE);
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.text).toContain("ANTHROPIC_API_KEY");
    expect(answer.text).not.toContain(KEY);
    expect(world.gateway.trouble()).toMatchObject({ kind: "authentication" });
    expect(world.pauses).toEqual([]);
    const other = await gatewayWorld({ models });
    other.upstream.answers(error(403));
    other.second.answers(fine);
    expect(await other.post("/v1/messages", MESSAGE)).toMatchObject({ status: 200 });
  });
});

test("a request that the provider refuses is the agent's own, without the key in the answer", async () => {
  const world = await gatewayWorld();
  world.upstream.answers(error(400), fine);
  const answer = await world.post("/v1/messages", MESSAGE);
  expect(answer).toMatchObject({ status: 400 });
  expect(answer.text).toContain("no: •••");
  expect(world.gateway.trouble()).toMatchObject({ kind: "bad_request" });
  expect(world.calls).toMatchObject([{ status: 400, inputTokens: 0 }]);
  await world.post("/v1/messages", MESSAGE);
  expect(world.gateway.trouble()).toBeNull();
});

test("waits side by side count once", async () => {
  const world = await gatewayWorld({ models: [SONNET] });
  let asked = 0;
  world.upstream.answers((response, call) => {
    asked += 1;
    return (asked <= 4 ? error(429, { "retry-after": "2" }) : fine)(response, call);
  });
  await Promise.all(Array.from({ length: 4 }, async () => world.post("/v1/messages", MESSAGE)));
  // The clock of this test goes forward by each pause; that of four calls is what all of them have waited for.
  expect(world.gateway.waitedMs()).toBe(world.pauses.reduce((sum, ms) => sum + ms, 0));
});

test("the end of the attempt ends its calls, recorded", async () => {
  const world = await gatewayWorld();
  const asked = Promise.withResolvers<void>();
  world.upstream.answers(() => asked.resolve());
  const answer = world.post("/v1/messages", MESSAGE).catch((failure: unknown) => failure);
  await asked.promise;
  world.abort.abort();
  expect(await answer).toBeInstanceOf(Error);
  await world.gateway.close();
  expect(world.calls).toMatchObject([{ status: 499, isEstimated: true }]);
});
